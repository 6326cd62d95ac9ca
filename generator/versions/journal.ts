import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { hasCode } from '../text/system-error.ts';

/** Exists while a run writes its temporary files. If the run is cut off, the next run undoes it. */
export const WRITING = '.writing.json';
/** Exists while a run moves its files into place. If the run is cut off, the next run finishes it. */
export const MOVING = '.moving.json';
/** A run takes milliseconds. A run that takes longer than this has ended, even on another machine. */
const MAX_RUN_MILLISECONDS = 60_000;
/** Far longer than writing a journal takes. */
const JOURNAL_WRITE_MILLISECONDS = 100;

/** What a run removes and then writes: paths from the out folder. */
export interface Changes {
  readonly remove: readonly string[];
  readonly write: readonly string[];
}

/** Written before a run begins: which process it is, and what it is about to do. */
const Journal = v.object({
  pid: v.number(),
  host: v.string(),
  since: v.number(),
  remove: v.array(v.string()),
  write: v.array(v.string()),
});
export type Journal = v.InferOutput<typeof Journal>;

const JournalText = v.pipe(v.string(), v.parseJson(), Journal);

/** Begins a run. Returns false if there is a journal of another run. */
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

/** The journal of a run that is under way or was cut off; null if there is none. */
export function readJournal(out: string, name: typeof WRITING | typeof MOVING): Journal | null {
  const path = join(out, name);
  try {
    const journal = parse(path);
    if (journal) return journal;
    // The journal may be half written. If it still is after a moment, its run was cut off before it wrote anything else.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, JOURNAL_WRITE_MILLISECONDS);
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

/** Whether the run of a journal is still under way. */
export function isRunning({ pid, host, since }: Journal): boolean {
  if (Date.now() - since > MAX_RUN_MILLISECONDS || pid === process.pid) return false;
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasCode(error, 'ESRCH');
  }
}
