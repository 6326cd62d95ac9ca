import { getSystemErrorMap } from 'node:util';

/** Whether an error is one that Node gave, with one of these codes. */
export const hasCode = (error: unknown, ...codes: readonly string[]): error is NodeJS.ErrnoException =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Clearer than the words of the operating system. */
const WORDS: Readonly<Record<string, string>> = {
  EEXIST: 'a file is where a folder should be',
  EISDIR: 'a folder is where a file should be',
  ENOTDIR: 'a file is where a folder should be',
};

/** What went wrong. For an error of the operating system, that is the reason and the path, without codes and system calls. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '', errno = 0, dest, path = dest } = error as NodeJS.ErrnoException & { dest?: string };
  const words = WORDS[code] ?? getSystemErrorMap().get(errno)?.[1];
  if (words === undefined) return error.message;
  return path === undefined ? words : `${words} (${dest ?? path})`;
}
