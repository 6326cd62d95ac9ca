import fs from 'node:fs';
import path from 'node:path';

/** Where a package.json names the packages that it needs. */
export const dependencyKinds = [
  'dependencies',
  'devDependencies',
  'peerDependencies',
  'optionalDependencies',
] as const;

/** Reading the file system without exceptions: what can't be read isn't there. */
export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

/** Whether there is a folder at the path. */
export function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

function statOf(path: string): fs.Stats | null {
  try {
    return fs.statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}

/** The text of a file, without a byte order mark; null where it can't be read. */
export function readText(path: string): string | null {
  try {
    return fs.readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    return null;
  }
}

/** The names in a folder, in the order in which Node gives them. */
export function namesIn(path: string): readonly string[] | null {
  try {
    return fs.readdirSync(path).sort();
  } catch {
    return null;
  }
}

/** What a JSON file holds; null where there is none, or none that can be parsed. */
export function readJson(path: string): unknown {
  // Most of the places that are looked at have none, and a failing read is slow.
  const text = isFile(path) ? readText(path) : null;
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A property of something read from JSON; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Whether a path is that of a folder, or of something in it. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** The path of a file or folder without symbolic links; null where there is none. */
export function realPath(file: string): string | null {
  try {
    return fs.realpathSync(file);
  } catch {
    return null;
  }
}
