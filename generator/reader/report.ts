import type { Diagnostic, DiagnosticCode, Severity } from '../diagnostics.ts';
import { type Place, sourceOf } from './place.ts';
import type { UnknownValue } from './values.ts';

export interface Finding {
  readonly code: DiagnosticCode;
  readonly severity?: Severity;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  readonly place: Place;
}

/**
 * Collects diagnostics: one for a place and what is said of it, the worst, however often the code there runs. One
 * wrapper makes many lists, and each that is unknown has to be named.
 */
export interface Reporter {
  add(finding: Finding): void;
  readonly diagnostics: readonly Diagnostic[];
}

export function newReporter(): Reporter {
  const byPlace = new Map<string, Diagnostic>();
  return {
    add({ code, severity = 'error', message, help, place }) {
      const source = sourceOf(place);
      const key = [code, source.file, source.line, source.column, message].join(':');
      const known = byPlace.get(key);
      if (known !== undefined && (known.severity === 'error' || severity !== 'error')) return;
      byPlace.set(key, { code, severity, message, help, source });
    },
    get diagnostics() {
      return [...byPlace.values()];
    },
  };
}

/** The reason of an unknown value as the end of a message, with the place unless that is shown anyway. */
export function because(why: UnknownValue, shown: Place): string {
  const at = sourceOf(why.place);
  const here = sourceOf(shown);
  if (at.file === here.file && at.line === here.line) return `because ${why.reason}`;
  return `because ${why.reason} (${at.file}:${at.line}:${at.column})`;
}

/** What settles an unknown value: the environment where that decides, otherwise the advice given. */
export function remedy(why: UnknownValue, advice: string): string {
  if (why.env.length === 0) return advice;
  const options = why.env.map((name) => `--env ${name}=<value>`).join(' ');
  return `Say what it is where the app runs: ${options} (an empty value stands for a variable that is not set).`;
}
