import { isAbsolute, relative, resolve } from 'node:path';

/**
 * The path of a file from the root of the checkout, as services need it that show the repository. GitHub Actions names the
 * root. Elsewhere the path is left as it is.
 */
export function pathInRepository(cwd: string, file: string): string {
  const root = process.env.GITHUB_WORKSPACE;
  if (!root) return file;
  const path = relative(root, resolve(cwd, file));
  return path.startsWith('..') || isAbsolute(path) ? file : path.replaceAll('\\', '/');
}
