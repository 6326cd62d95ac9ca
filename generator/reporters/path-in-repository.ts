import { isAbsolute, relative, resolve } from 'node:path';

/**
 * A file of the working directory as services that show the repository know it: from the root of the checkout, where GitHub
 * Actions says where that is.
 */
export function pathInRepository(cwd: string, file: string): string {
  const root = process.env.GITHUB_WORKSPACE;
  if (!root) return file;
  const path = relative(root, resolve(cwd, file));
  return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll('\\', '/');
}
