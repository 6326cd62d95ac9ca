/** An emitted file. Its path starts from the folder of the version. */
export interface Script {
  readonly path: string;
  readonly text: string;
}

/** The path of a script such as `mongo/migrate.js`. The folder of an adapter takes the place of the one of the database. */
export const inFolder = (folder: string, path: string): string =>
  folder === '' ? path : `${folder}/${path.slice(path.indexOf('/') + 1)}`;

export const SCRIPT_NAMES = ['preflight', 'migrate', 'verify', 'rollback'] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];
