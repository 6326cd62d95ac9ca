/** An emitted file. Its path starts from the folder of the version. */
export interface Script {
  readonly path: string;
  readonly text: string;
}

export const SCRIPT_NAMES = ['preflight', 'migrate', 'verify', 'rollback'] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];
