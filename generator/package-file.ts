import { fileURLToPath } from 'node:url';

/** The path of a file of this package. Its sources, and what is built from them, stand one folder below its root. */
export const packageFile = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
