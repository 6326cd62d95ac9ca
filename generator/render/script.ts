/** One emitted file: its path below the folder of the version, and its text. */
export interface Script {
  readonly path: string;
  readonly text: string;
}

export const SCRIPT_NAMES = ['preflight', 'migrate', 'verify', 'rollback'] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];
