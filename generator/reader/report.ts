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
  unknown(finding: Omit<Finding, 'help'> & { readonly why: UnknownValue; readonly help?: string }): void;
  /**
   * Drops the diagnostics about a list that the user gives by hand, and about code that got its config. Returns whether
   * there were any.
   */
  forget(list: string): boolean;
  readonly diagnostics: readonly Diagnostic[];
}

const orNameFile = 'or name a file that exports the config of the list with --list <Key>=<file>.';
const asConstant = `Write it in the source as a constant, ${orNameFile}`;

/** What to do about something unknown, for each code that can be about that. */
const remedies: Partial<Record<DiagnosticCode, string>> = {
  AM1003: asConstant,
  AM1004: asConstant,
  AM1005: asConstant,
  AM1006: `Write the fields in the source, ${orNameFile}`,
  AM1007:
    'Write the key as a string, or name a file that exports the config of each list with --list <Key>=<file>, or of all lists with --lists <file>.',
  AM1008: `Write the config in the source, ${orNameFile}`,
  AM1009: `Create the list unconditionally, ${orNameFile}`,
  AM1011: `Write in the source what the plugin adds, ${orNameFile}`,
  AM1016: asConstant,
  AM1017: 'Write it in the source as a constant.',
  AM1018: 'Name it with --schema-name; the default is public.',
  AM1019: `Write the blocks in the source, ${orNameFile}`,
  AM1020:
    'If it does neither, leave it out for reading. Otherwise name a file that exports the config of each list that it creates or changes with --list <Key>=<file>.',
  AM1021: `Write the itemQueryName, singular or label of the list as a string, ${orNameFile}`,
};

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
        ...(typeof why === 'object' && {
          root: {
            ...sourceOf(why.root),
            reason: why.reason,
            ...(why.cure !== undefined && { cure: why.cure }),
          },
        }),
      });
    },
    unknown(finding) {
      const reason = because(finding.why, finding.place);
      const { help = remedies[finding.code] ?? '' } = finding;
      reporter.add({ ...finding, help, message: `${finding.message}, ${reason}.` });
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
