import type { Reconcile } from '../plan/index.ts';

/** The result of a rehearsal, as `rehearse --json` prints it. */
export interface Rehearsal {
  readonly version: string;
  readonly database: 'postgres' | 'mongo';
  /** The name and version that the server reports. */
  readonly server: string;
  /** A description of the data. */
  readonly data: string;
  /** Statements of a dump that were left out, and how many. */
  readonly leftOut: readonly { readonly what: string; readonly count: number }[];
  /** Files of the version that were edited, are missing, or do not belong to it. */
  readonly edits: readonly { readonly file: string; readonly state: string }[];
  /** One run, or with --drift one for each --reconcile. */
  readonly runs: readonly Run[];
  /** Whether links were broken on purpose, so that a script may refuse. */
  readonly isDrifted: boolean;
}

/** One cycle: preflight, migrate, verify, rollback. */
export interface Run {
  readonly reconcile: Reconcile;
  readonly scripts: readonly ScriptRun[];
  readonly relationships: readonly RelationshipRun[];
  /** Differences from the expected result, a line each. */
  readonly differences: readonly string[];
}

export interface ScriptRun {
  readonly name: 'preflight' | 'migrate' | 'verify' | 'rollback';
  /** `refused`: by a check of the script. `failed`: with any other error. */
  readonly verdict: 'succeeded' | 'refused' | 'failed' | 'not run';
  readonly milliseconds: number;
  /** How many rows or documents its statements changed; null if the server does not report it. */
  readonly rowsTouched: number | null;
  /** The tables that it locked, with the strongest mode; then for how long. */
  readonly locks: readonly { readonly table: string; readonly mode: string }[];
  readonly lockedMilliseconds: number;
  /** The results of its checks. */
  readonly checks: readonly Check[];
  /** The error message if it refused or failed. */
  readonly message: string | null;
}

export interface Check {
  readonly relationship: string;
  readonly check: string;
  readonly result: string;
  readonly detail: string;
}

/** Parses a line of a report, such as `FAIL     Post.author <-> User.posts: links stored only in "User_posts": 2 (…)`. */
export function checkOf(line: string): Check[] {
  const found = /^(FAIL|lost|given up|added|converted|changed|renamed|created|note|ok) +(.+)$/.exec(
    line.trim(),
  );
  if (!found) return [];
  const [, result = '', text = ''] = found;
  const [relationship = '', check = '', ...detail] = text.split(': ');
  return [{ relationship, check, result, detail: detail.join(': ') }];
}

/** The number of different links of a relationship. */
export interface RelationshipRun {
  readonly relationship: string;
  /** On each side before the migration; null for a side that does not exist or has no table. */
  readonly left: number | null;
  readonly right: number | null;
  /** On both sides before the migration. */
  readonly both: number | null;
  /** In Keystone 8 after migrate; null if migrate did not succeed. */
  readonly migrated: number | null;
  /** Links that a side had before, and that Keystone 8 does not have afterwards. */
  readonly givenUp: number | null;
}

export const notRun = (name: ScriptRun['name']): ScriptRun => ({
  name,
  verdict: 'not run',
  milliseconds: 0,
  rowsTouched: null,
  locks: [],
  lockedMilliseconds: 0,
  checks: [],
  message: null,
});

/** preflight must fail exactly when migrate refuses. */
export const disagreement = (isReady: boolean, isMigrated: boolean): string[] =>
  isReady === isMigrated
    ? []
    : [`preflight ${isReady ? 'succeeded, but migrate did not' : 'did not succeed, but migrate did'}`];
