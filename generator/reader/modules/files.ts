import fs from 'node:fs';
import path from 'node:path';

/** What a function returns; null if it throws. What cannot be read counts as absent. */
function attempt<Result>(read: () => Result): Result | null {
  try {
    return read();
  } catch {
    return null;
  }
}

const statOf = (path: string) => attempt(() => fs.statSync(path, { throwIfNoEntry: false }));

export const isFile = (path: string): boolean => statOf(path)?.isFile() ?? false;

export const isDirectory = (path: string): boolean => statOf(path)?.isDirectory() ?? false;

/** The text of a file, without a byte order mark. */
export const readText = (path: string): string | null =>
  attempt(() => fs.readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));

/** The names in a folder, in Node's order. */
export const namesIn = (path: string): readonly string[] | null => attempt(() => fs.readdirSync(path).sort());

/** The path of a file or folder without symbolic links. */
export const realPath = (file: string): string | null => attempt(() => fs.realpathSync.native(file));

/** The content of a JSON file. */
export function readJson(path: string): unknown {
  // Most places have no such file, and a failing read is slow.
  return isFile(path) ? attempt(() => JSON.parse(readText(path) ?? '')) : null;
}

/** A property of something read from JSON. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether a path is a folder, or something in it. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** A folder and those above it, the nearest first. */
export function foldersUp(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}
