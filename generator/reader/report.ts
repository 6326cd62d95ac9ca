import type { Diagnostic, DiagnosticCode, Reason, Severity } from '../diagnostics.ts';
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
  /** The list, such as User, or the field, such as User.name, that it is about. */
  readonly about?: string;
  /** What is unknown, or the reason why; absent if the list files themselves are wrong. */
  readonly why?: UnknownValue | Reason;
}

/**
 * Collects diagnostics. Code may run often: a place and a message make one diagnostic, with the worse severity. The
 * message is part of that because one wrapper can create many lists, and each unknown one must be named.
 */
export interface Reporter {
  add(finding: Finding): void;
  /** Adds a finding about something unknown. Its message has no full stop, because the reason follows. */
  unknown(finding: Finding & { readonly why: UnknownValue }): void;
  /**
   * Drops the diagnostics about a list that the user gives by hand, and about code that got its config. Returns whether
   * there were any.
   */
  forget(list: string): boolean;
  readonly diagnostics: readonly Diagnostic[];
}

export function newReporter(): Reporter {
  const byPlace = new Map<string, Diagnostic>();
  const reporter: Reporter = {
    add({ code, severity = 'error', message, help, place, about, why }) {
      const source = sourceOf(place);
      const key = [code, source.file, source.line, source.column, message].join(':');
      const known = byPlace.get(key);
      if (known !== undefined && (known.severity === 'error' || severity !== 'error')) return;
      byPlace.set(key, {
        code,
        severity,
        message,
        help: typeof why === 'object' ? remedy(why, help) : help,
        source,
        ...(about !== undefined && { about }),
        ...(why !== undefined && { reason: typeof why === 'object' ? why.origin : why }),
        ...(typeof why === 'object' && { root: { ...sourceOf(why.root), reason: why.reason } }),
      });
    },
    unknown(finding) {
      const reason = because(finding.why, finding.place);
      reporter.add({ ...finding, message: `${finding.message}, ${reason}.` });
    },
    forget(list) {
      const isAbout = ({ about }: Diagnostic) => about?.split('.')[0] === list;
      const dropped = [...byPlace].filter(([, each]) => isAbout(each));
      for (const [key] of dropped) byPlace.delete(key);
      const settled = new Set(dropped.map(([, { root }]) => JSON.stringify(root)));
      for (const { about, root } of byPlace.values())
        if (about !== undefined) settled.delete(JSON.stringify(root));
      for (const [key, { code, root, severity }] of byPlace) {
        const isSettled = code === 'AM1020' && severity === 'error' && settled.has(JSON.stringify(root));
        if (isSettled) byPlace.delete(key);
      }
      return dropped.length > 0;
    },
    get diagnostics() {
      return [...byPlace.values()];
    },
  };
  return reporter;
}

/** The reason of an unknown value as the end of a message, with its place unless the message has the same one. */
export function because(why: UnknownValue, shown: Place): string {
  const at = sourceOf(why.place);
  const here = sourceOf(shown);
  if (at.file === here.file && at.line === here.line) return `because ${why.reason}`;
  return `because ${why.reason} (${at.file}:${at.line}:${at.column})`;
}

/** What makes an unknown value known: `--env` if the environment decides, otherwise the given advice. */
function remedy(why: UnknownValue, advice: string): string {
  if (why.env.length === 0) return why.cure === undefined ? advice : `${advice} ${why.cure}`;
  const options = why.env.map((name) => `--env ${name}=<value>`).join(' ');
  return `Say what it is where the app runs: ${options} (an empty value stands for a variable that is not set).`;
}
