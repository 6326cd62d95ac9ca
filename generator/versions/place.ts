import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import process from 'node:process';
import { Refusal } from '../refusal.ts';
import { hasCode } from './error-code.ts';
import { beginJournal, type Changes, isRunning, MOVING, readJournal, WRITING } from './journal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A file to write. Its path is from the out folder, with forward slashes; it may lead outside: `../db/V7__arcade.sql`. */
export interface OutFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Removes and writes files, in that order, all or nothing. Each is written to a temporary file beside its place, and
 * all are moved when all are there: cut off before that nothing has changed, cut off after it the next run does the rest.
 *
 * @param out the folder that paths are from, where the journal is kept
 * @param isCurrent asked when no other run can change anything any more: where it throws, nothing is written
 * @throws what the file system throws, with everything as it was; a Refusal while another run writes
 */
export function placeFiles(
  out: string,
  files: readonly OutFile[],
  remove: readonly string[],
  isCurrent: () => void,
): void {
  undisturbed(() => {
    finishOthers(out);
    place(out, files, remove, isCurrent);
  });
}

function place(
  out: string,
  files: readonly OutFile[],
  remove: readonly string[],
  isCurrent: () => void,
): void {
  const changes = { remove, write: files.map(({ path }) => path) };
  mkdirSync(out, { recursive: true });
  if (!beginJournal(out, changes)) throw busy(out);
  try {
    isCurrent();
    for (const { path, text } of files) {
      mkdirSync(join(out, posix.dirname(path)), { recursive: true });
      writeFileSync(temporary(out, path), text);
    }
    renameSync(join(out, WRITING), join(out, MOVING));
  } catch (error) {
    undo(out, changes);
    throw error;
  }
  finish(out, changes);
}

/**
 * Finishes, or takes back, what runs that were cut off have begun.
 *
 * @throws a Refusal while another run writes
 */
export function finishOthers(out: string): void {
  undisturbed(() => {
    for (const [name, settle] of [
      [MOVING, finish],
      [WRITING, undo],
    ] as const) {
      const journal = readJournal(out, name);
      if (journal && isRunning(journal)) throw busy(out);
      if (journal) settle(out, journal);
    }
  });
}

/** Whether a run was cut off, or failed, while it moved files into place. */
export const isHalfMoved = (out: string): boolean => existsSync(join(out, MOVING));

/**
 * For who only reads the files.
 *
 * @throws a Refusal where a run was cut off while it moved files into place: some are of the old state, some of the new
 */
export function refuseUnfinished(out: string): void {
  if (!isHalfMoved(out)) return;
  throw new Refusal(
    `A run was cut off while it wrote to ${out}: some files are old, some new.`,
    'Run generate: it finishes that one first.',
  );
}

function finish(out: string, { remove, write }: Changes): void {
  for (const path of remove) {
    rmSync(join(out, path), { force: true });
    removeEmptyFolders(out, path);
  }
  for (const path of write) {
    if (existsSync(temporary(out, path))) renameSync(temporary(out, path), join(out, path));
  }
  rmSync(join(out, MOVING), { force: true });
}

function undo(out: string, { write }: Changes): void {
  for (const path of write) {
    if (existsSync(temporary(out, path))) rmSync(temporary(out, path));
    removeEmptyFolders(out, path);
  }
  rmSync(join(out, WRITING), { force: true });
}

/** Does a work of milliseconds as a whole: Ctrl-C or SIGTERM during it comes too late to end the process. */
function undisturbed(work: () => void): void {
  const passOver = () => {};
  for (const signal of SIGNALS) process.on(signal, passOver);
  try {
    work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOver);
  }
}

/** Hidden, so that no migration runner takes it for one of its files. */
const temporary = (out: string, path: string): string =>
  join(out, posix.dirname(path), `.${posix.basename(path)}.writing`);

/** Removes the folders that a path leaves empty, below the out folder: those outside are not ours. */
function removeEmptyFolders(out: string, path: string): void {
  for (let folder = posix.dirname(path); isBelow(folder); folder = posix.dirname(folder)) {
    try {
      rmdirSync(join(out, folder));
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) continue;
      return;
    }
  }
}

const isBelow = (path: string): boolean => path !== '.' && !path.startsWith('..');

const busy = (out: string): Refusal =>
  new Refusal(
    `Another run is writing to ${out}.`,
    'Nothing was written: run this one again when that one is done.',
  );
