import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hasCode } from '../../versions/error-code.ts';

/**
 * Imports an optional peer dependency: the one beside the program, else that of the project, for a program that npx keeps in a
 * folder of its own.
 *
 * @returns null where it is not installed
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
