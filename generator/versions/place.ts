import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import process from 'node:process';
import { Refusal } from '../refusal.ts';
import { hasCode } from '../text/system-error.ts';
import { beginJournal, type Changes, isRunning, MOVING, readJournal, WRITING } from './journal.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** A file to write. Its path starts from the out folder, has forward slashes, and may lead outside: `../db/V7__arcade.sql`. */
export interface OutFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Removes and then writes files, all or nothing. Each file is first written to a temporary file in the same folder. When all
 * of them are complete, the journal is renamed and they are moved. A run that is cut off before the rename has changed nothing;
 * one that is cut off later is finished by the next run.
 *
 * @param out the folder that paths start from, which also has the journal
 * @param checkCurrent called when no other run can change anything any more; if it throws, nothing is written
 * @throws the error of the file system, after undoing everything; a Refusal while another run writes
 */
export function placeFiles(
  out: string,
  files: readonly OutFile[],
  remove: readonly string[],
  checkCurrent: () => void,
): void {
  ignoringSignals(() => {
    finishOthers(out);
    place(out, files, remove, checkCurrent);
  });
}

function place(
  out: string,
  files: readonly OutFile[],
  remove: readonly string[],
  checkCurrent: () => void,
): void {
  const changes = { remove, write: files.map(({ path }) => path) };
  mkdirSync(out, { recursive: true });
  if (!beginJournal(out, changes)) throw otherRunWrites(out);
  try {
    checkCurrent();
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
 * Finishes or undoes the runs that were cut off.
 *
 * @throws Refusal while another run writes
 */
export function finishOthers(out: string): void {
  ignoringSignals(() => {
    for (const [name, settle] of [
      [MOVING, finish],
      [WRITING, undo],
    ] as const) {
      const journal = readJournal(out, name);
      if (journal && isRunning(journal)) throw otherRunWrites(out);
      if (journal) settle(out, journal);
    }
  });
}

/** Whether a run was cut off or failed while it moved files into place. */
export const isHalfMoved = (out: string): boolean => existsSync(join(out, MOVING));

/**
 * For commands that only read the files.
 *
 * @throws Refusal if a run was cut off while it moved files into place, so that some are old and some are new
 */
export function refuseUnfinished(out: string): void {
  if (!isHalfMoved(out)) return;
  throw new Refusal(
    `An earlier run was cut off while it wrote to ${out}: some files are old and some are new.`,
    'Run arcade-migrate generate: it finishes the earlier run first.',
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

/** Runs work that takes milliseconds, and ignores Ctrl-C and SIGTERM meanwhile. */
function ignoringSignals(work: () => void): void {
  const ignore = () => {};
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    work();
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
  }
}

/** The name begins with a dot, so that no migration runner picks up the file. */
const temporary = (out: string, path: string): string =>
  join(out, posix.dirname(path), `.${posix.basename(path)}.writing`);

/** Removes the parent folders that are now empty. Leaves folders outside of the out folder alone: they are not ours. */
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

const otherRunWrites = (out: string): Refusal =>
  new Refusal(
    `Another run is writing to ${out}.`,
    'Nothing was written: run this again when the other run has finished.',
  );
