import { fileURLToPath } from 'node:url';

/** The sources are two folders below the root of the package, and the bundle is one folder below it. */
const root = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../', import.meta.url);

/** The path of a file of this package. */
export const packageFile = (path: string): string => fileURLToPath(new URL(path, root));
