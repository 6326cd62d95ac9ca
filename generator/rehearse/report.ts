import type { Reconcile } from '../plan/index.ts';

/** What a rehearsal did and saw, as plain data: `rehearse --json` prints it. */
export interface Rehearsal {
  readonly version: string;
  readonly database: 'postgres' | 'mongo';
  /** What the server calls itself. */
  readonly server: string;
  /** Where the data came from, in words. */
  readonly data: string;
  /** What a dump holds that was left out, and how often. */
  readonly leftOut: readonly { readonly what: string; readonly count: number }[];
  /** Files of the version that are not as they were written. */
  readonly edits: readonly { readonly file: string; readonly state: string }[];
  /** One, or one for each --reconcile. */
  readonly runs: readonly Run[];
  /** Whether links were broken on purpose: then a script may refuse. */
  readonly isDrifted: boolean;
}

/** One cycle: preflight, migrate, verify, rollback. */
export interface Run {
  readonly reconcile: Reconcile;
  readonly scripts: readonly ScriptRun[];
  readonly relationships: readonly RelationshipRun[];
  /** What is not as it should be, a line each. */
  readonly differences: readonly string[];
}

export interface ScriptRun {
  readonly name: 'preflight' | 'migrate' | 'verify' | 'rollback';
  /** `refused` where the script itself said no, `failed` where it stumbled. */
  readonly verdict: 'succeeded' | 'refused' | 'failed' | 'not run';
  readonly milliseconds: number;
  /** How many rows or documents its statements touched; null where the server does not tell. */
  readonly rowsTouched: number | null;
  /** The tables that it locked against others, with the strongest mode, and for how long. */
  readonly locks: readonly { readonly table: string; readonly mode: string }[];
  readonly lockedMilliseconds: number;
  /** The answers to its checks. */
  readonly checks: readonly Check[];
  /** What it said when it refused or failed. */
  readonly message: string | null;
}

export interface Check {
  readonly relationship: string;
  readonly check: string;
  readonly result: string;
  readonly detail: string;
}

/** A line of a report, such as `FAIL     Post.author <-> User.posts: links stored only in "User_posts": 2 (…)`. */
export function checkOf(line: string): Check[] {
  const found = /^(FAIL|lost|given up|added|converted|changed|renamed|created|note|ok) +(.+)$/.exec(
    line.trim(),
  );
  if (!found) return [];
  const [, result = '', text = ''] = found;
  const [relationship = '', check = '', ...detail] = text.split(': ');
  return [{ relationship, check, result, detail: detail.join(': ') }];
}

/** How many different links a relationship has. */
export interface RelationshipRun {
  readonly relationship: string;
  /** As each side stores them beforehand; null for a side that is not there, or has nowhere to store them. */
  readonly left: number | null;
  readonly right: number | null;
  /** On both sides. */
  readonly both: number | null;
  /** Where Keystone 8 looks for them; null where migrate did not get there. */
  readonly migrated: number | null;
  /** Links before on any side, that are none afterwards. */
  readonly givenUp: number | null;
}

/** A script that it did not come to. */
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

/** preflight is to fail exactly where migrate refuses. */
export const disagreement = (isReady: boolean, isMigrated: boolean): string[] =>
  isReady === isMigrated
    ? []
    : [`preflight ${isReady ? 'succeeded, and migrate did not' : 'did not succeed, and migrate did'}`];
