import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { hasCode } from './error-code.ts';

/** There while a run writes its temporary files: of a run that was cut off then, nothing is kept. */
export const WRITING = '.writing.json';
/** There while a run moves its files into place: one that was cut off then is finished by the next. */
export const MOVING = '.moving.json';
/** In milliseconds. Writing takes few of them: a run of another machine that takes longer is no more. */
const LONGEST_RUN = 60_000;
/** In milliseconds, and far longer than it takes. */
const WRITING_A_JOURNAL = 100;

/** The paths, from the out folder, that a run removes and writes, in that order. */
export interface Changes {
  readonly remove: readonly string[];
  readonly write: readonly string[];
}

/** What a run wrote down before it began: who it is, and what it is about to do. */
const Journal = v.object({
  pid: v.number(),
  host: v.string(),
  since: v.number(),
  remove: v.array(v.string()),
  write: v.array(v.string()),
});
export type Journal = v.InferOutput<typeof Journal>;

const JournalText = v.pipe(v.string(), v.parseJson(), Journal);

/** Begins a run. False where another has begun, and is not done. */
export function beginJournal(out: string, changes: Changes): boolean {
  const path = join(out, WRITING);
  const journal = { pid: process.pid, host: hostname(), since: Date.now(), ...changes };
  try {
    writeFileSync(path, JSON.stringify(journal), { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    rmSync(path, { force: true });
    throw error;
  }
}

/** The journal that a run left, or has; null where there is none. */
export function readJournal(out: string, name: typeof WRITING | typeof MOVING): Journal | null {
  const path = join(out, name);
  try {
    const journal = parse(path);
    if (journal) return journal;
    // Perhaps it is being written at this moment. If not, its run was cut off then, and had written nothing else.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WRITING_A_JOURNAL);
    return parse(path) ?? { pid: 0, host: '', since: 0, remove: [], write: [] };
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function parse(path: string): Journal | null {
  const { success, output } = v.safeParse(JournalText, readFileSync(path, 'utf8'));
  return success ? output : null;
}

/** Whether the run of a journal goes on. */
export function isRunning({ pid, host, since }: Journal): boolean {
  if (Date.now() - since > LONGEST_RUN || pid === process.pid) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
