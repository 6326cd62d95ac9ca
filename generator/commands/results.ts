import type { Severity, Source } from '../diagnostics.ts';
import type { SecondReading } from '../reader/index.ts';
import type { Cardinality, ColumnNames, Kind } from '../relationships/index.ts';

/** What `relationships --json` prints. */
export interface RelationshipsResult {
  readonly relationships: readonly RelationshipResult[];
  readonly lists: readonly { readonly key: string; readonly collection: string; readonly source: Source }[];
  /** With --compare, where the lists differ from those of the file; null without it. */
  readonly differences: readonly ListDifference[] | null;
  /** Whether a run of the list files confirms them; null where there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** A list, or a field as `List.path`, that is described differently: as JSON in the form of lists.json; null where it is not there. */
export interface ListDifference {
  readonly name: string;
  readonly read: string | null;
  readonly compared: string | null;
}

export interface RelationshipResult {
  readonly kind: Kind;
  readonly cardinality: Cardinality;
  readonly left: SideResult;
  /** Null for a one-sided relationship. */
  readonly right: SideResult | null;
  /** The table that holds the links after the migration: a join table, or the table of a list. */
  readonly tableName: string;
  /** The foreign key column in that table; null for a join table. */
  readonly columnName: string | null;
  /** By `List.path` (by the ref alone for the far end of a one-sided relationship); null without a join table. */
  readonly columnNames: Readonly<Record<string, ColumnNames>> | null;
  /** The MongoDB collection that holds the links after the migration. */
  readonly collection: string;
}

export interface SideResult {
  readonly list: string;
  readonly path: string;
  readonly ref: string;
  readonly many: boolean;
  readonly source: Source;
}

/** What `generate --json` prints. */
export interface GenerateResult {
  /** With --dry-run nothing was written: the rest says what would be. */
  readonly dryRun: boolean;
  /** Whether Keystone 8 stores every relationship as old Keystone did, so that there is nothing to migrate. */
  readonly nothingChanges: boolean;
  /** The id of the version that was written; null where nothing had to be, or there are errors. */
  readonly version: string | null;
  /** All files of the version, and the manifest, from the working directory. */
  readonly files: readonly string[];
  /** Files of former versions that went. */
  readonly removed: readonly string[];
  /** Files of other versions that were missing, or with --force edited, and were written again as they were. */
  readonly restored: readonly string[];
  /** Files of other versions that are still not as they were written. */
  readonly edits: readonly { readonly file: string; readonly state: 'edited' | 'missing' }[];
  /** Whether a run of the list files confirms them; null where there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** What `generate --stdout --json` prints. */
export interface ScriptsResult {
  /** Whether there is nothing to migrate, and so no script. */
  readonly nothingChanges: boolean;
  readonly scripts: readonly { readonly path: string; readonly text: string }[];
  /** Whether a run of the list files confirms them; null where there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** What `check --json` prints. */
export interface CheckResult {
  /** Whether the exit status is 0. */
  readonly matches: boolean;
  /** Whether there is nothing to migrate, so that no version is needed. */
  readonly nothingChanges: boolean;
  /** Relationships that change and that no version covers. */
  readonly uncovered: readonly string[];
  /** Relationships that a version covers otherwise: as what, and as what the lists have them. */
  readonly changed: readonly {
    readonly relationship: string;
    readonly version: string;
    readonly was: string;
    readonly is: string;
  }[];
  /** Relationships that a version covers and the lists no longer have. */
  readonly gone: readonly { readonly relationship: string; readonly version: string }[];
  /** Files that are not as they were written, or are no version's, from the working directory. */
  readonly edits: readonly {
    readonly file: string;
    readonly state: 'edited' | 'missing' | 'extra';
    /** Unified, from what was written to what is there; null where that is not known, or is the whole file. */
    readonly diff: string | null;
  }[];
  /** Scripts that this arcade-migrate, with these options, writes otherwise: no reason for `matches` to be false. */
  readonly outdated: readonly { readonly file: string; readonly diff: string }[];
  /** Whether a run of the list files confirms them; null where there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** What `templates --json` prints. */
export interface TemplatesResult {
  readonly templates: readonly {
    readonly path: string;
    /** The file that is used in its place; null where the program's own is used. */
    readonly overriddenBy: string | null;
  }[];
  /** The folder of --eject; null without it. */
  readonly ejectedTo: string | null;
}

/** What is wrong, or unknown, in the list files. */
export interface DiagnosticResult extends Source {
  /** `AM` and four digits: docs/diagnostics.md lists them. */
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  /** What is unknown for this one reason, where that is more than one thing. */
  readonly affected: readonly AffectedResult[];
}

/** Something that is unknown because something else is. */
export interface AffectedResult extends Source {
  /** The code that it would have by itself. */
  readonly code: string;
  /** The list, such as User, or the field, such as User.name; null where it is neither. */
  readonly about: string | null;
}
