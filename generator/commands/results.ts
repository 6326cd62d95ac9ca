import type { Severity, Source } from '../diagnostics.ts';
import type { SecondReading } from '../reader/index.ts';
import type { Cardinality, ColumnNames, Kind } from '../relationships/index.ts';

/** What `relationships --json` prints. */
export interface RelationshipsResult {
  readonly relationships: readonly RelationshipResult[];
  readonly lists: readonly { readonly key: string; readonly collection: string; readonly source: Source }[];
  /** How the lists differ from the file of --compare; null without --compare. */
  readonly differences: readonly ListDifference[] | null;
  /** Whether a run of the list files confirms them; null if there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** A list, or a field as `List.path`, that differs. The descriptions are JSON, as in lists.json; null if it is missing. */
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
  /** Whether this is a dry run: nothing was written, and the rest says what would be. */
  readonly dryRun: boolean;
  /** Whether Keystone 8 stores every relationship as old Keystone did, so that there is nothing to migrate. */
  readonly nothingChanges: boolean;
  /** The id of the version that was written; null if there was nothing to write, or there are errors. */
  readonly version: string | null;
  /** All files of the version, and the manifest. Paths start from the working directory. */
  readonly files: readonly string[];
  /** Files of earlier versions that were removed. */
  readonly removed: readonly string[];
  /** Files of other versions that were missing, or edited and overwritten with --force. They are as they were written. */
  readonly restored: readonly string[];
  /** Files of other versions that still differ from what was written. */
  readonly edits: readonly { readonly file: string; readonly state: 'edited' | 'missing' }[];
  /** Whether a run of the list files confirms them; null if there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** What `generate --stdout --json` prints. */
export interface ScriptsResult {
  /** Whether there is nothing to migrate, and so no script. */
  readonly nothingChanges: boolean;
  readonly scripts: readonly { readonly path: string; readonly text: string }[];
  /** Whether a run of the list files confirms them; null if there is nothing to run. */
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
  /** Relationships that a version covers in another form than the lists have. */
  readonly changed: readonly {
    readonly relationship: string;
    readonly version: string;
    readonly was: string;
    readonly is: string;
  }[];
  /** Relationships that a version covers and the lists no longer have. */
  readonly gone: readonly { readonly relationship: string; readonly version: string }[];
  /** Files that differ from what was written, and extra files. Paths start from the working directory. */
  readonly edits: readonly {
    readonly file: string;
    readonly state: 'edited' | 'missing' | 'extra';
    /** A unified diff from what was written to the file; null if a file is missing or extra, or if the written text is unknown. */
    readonly diff: string | null;
  }[];
  /** Scripts that this arcade-migrate, with these options, writes differently. They do not make `matches` false. */
  readonly outdated: readonly { readonly file: string; readonly diff: string }[];
  /** Whether a run of the list files confirms them; null if there is nothing to run. */
  readonly secondReading: SecondReading | null;
  readonly diagnostics: readonly DiagnosticResult[];
}

/** What `templates --json` prints. */
export interface TemplatesResult {
  readonly templates: readonly {
    readonly path: string;
    /** The file that overrides it; null for none. */
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
  /** Everything that is unknown for this reason, if it is more than one thing. */
  readonly affected: readonly AffectedResult[];
}

/** Something that is unknown because something else is. */
export interface AffectedResult extends Source {
  /** The code that a diagnostic about it alone would have. */
  readonly code: string;
  /** The list, such as User, or the field, such as User.name; null if it is neither. */
  readonly about: string | null;
}
