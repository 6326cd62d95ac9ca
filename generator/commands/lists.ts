import stringify from 'json-stringify-pretty-compact';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { describeLists } from '../reader/lists-file.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import { readProject } from './read-project.ts';
import { noteConfirmation } from './report-reading.ts';

/** Prints the lists as JSON, even if some could not be read. Returns the exit status: 1 if there are errors. */
export function lists(settings: Settings, console: Console): number {
  // The note that no database was found does not matter here.
  const read = readProject(settings, { ...console, note: () => {} });
  // The JSON has no diagnostics, so they are printed as text even with --json.
  reportDiagnostics({ ...settings, json: false }, console, read.diagnostics);
  noteConfirmation(console, read);
  console.result(stringify(describeLists(read.project), { maxLength: 110 }));
  return read.hasErrors ? 1 : 0;
}
