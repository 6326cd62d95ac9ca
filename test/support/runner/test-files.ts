import { readdirSync } from 'node:fs';
import { relative, sep } from 'node:path';

/**
 * The test files below `folder` whose path from `root`, with forward slashes, contains one of the filters. Without filters, all of
 * them. The end-to-end tests come first: they take longest, and should not run alone at the end.
 */
export function findTestFiles(root: string, folder: string, filters: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => relative(root, `${entry.parentPath}${sep}${entry.name}`).replaceAll(sep, '/'))
    .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
    .sort((a, b) => Number(isSlow(b)) - Number(isSlow(a)) || (a < b ? -1 : 1));
}

function isSlow(file: string): boolean {
  return file.includes('/end-to-end/');
}
