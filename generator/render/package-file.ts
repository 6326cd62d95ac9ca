import { fileURLToPath } from 'node:url';

/** The sources stand two folders below the root of the package; what is built from them stands in one, dist. */
const root = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../', import.meta.url);

/** The path of a file of this package. */
export const packageFile = (path: string): string => fileURLToPath(new URL(path, root));
