import stringify from 'json-stringify-pretty-compact';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { describeLists } from '../reader/lists-file.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import { readProject } from './read-project.ts';
import { noteConfirmation } from './report-reading.ts';

/** Prints the lists as JSON, also where some could not be read. Returns the exit status: 1 where there are errors. */
export function lists(settings: Settings, console: Console): number {
  // Nothing depends on the database here.
  const read = readProject(settings, { ...console, note: () => {} });
  // The description has no diagnostics in it.
  reportDiagnostics({ ...settings, json: false }, console, read.diagnostics);
  noteConfirmation(console, read);
  console.result(stringify(describeLists(read.project), { maxLength: 110 }));
  return read.hasErrors ? 1 : 0;
}
