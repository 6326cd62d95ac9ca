import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasCode } from '../../text/system-error.ts';

/**
 * Imports an optional peer dependency. If the program runs from the cache of npx, the package is in the project instead.
 *
 * @returns null if it is not installed
 */
export async function importPeer<Module>(specifier: string): Promise<Module | null> {
  try {
    return await import(specifier);
  } catch (error) {
    if (!hasCode(error, 'ERR_MODULE_NOT_FOUND')) throw error;
  }
  try {
    const path = createRequire(join(process.cwd(), 'package.json')).resolve(specifier);
    return await import(pathToFileURL(path).href);
  } catch (error) {
    if (hasCode(error, 'MODULE_NOT_FOUND')) return null;
    throw error;
  }
}
