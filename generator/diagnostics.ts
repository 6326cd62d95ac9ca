/** A place in a file. The path is relative to the working directory, with forward slashes. */
export interface Source {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
}

/**
 * Why something is unknown. `outside`: the source does not decide it, but the environment, a package that is not read, or a
 * missing file. `limit`: the reader does not follow it, and a run may resolve it.
 */
export type Reason = 'outside' | 'limit';

export type Severity = 'error' | 'warning';

/** An error or a warning about the list files. It has no text of the file: reporters draw the code frame from `source`. */
export interface Diagnostic {
  /** `AM` and four digits; {@link codes} lists them all. */
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  readonly source: Source;
  /** Absent if nothing is unknown, but the list files are wrong. */
  readonly reason?: Reason;
  /** The list, such as User, or the field, such as User.name, that it is about. */
  readonly about?: string;
  /** Where the cause of this diagnostic is, if elsewhere. */
  readonly root?: Source & {
    /** A clause that says why something became unknown there. */
    readonly reason: string;
    /** A sentence that says what else may settle everything with this root. `help` has it, too. */
    readonly cure?: string;
  };
  /** Everything that has the same root, if the diagnostic stands for all of it. See causes.ts. */
  readonly affected?: readonly Affected[];
}

/** Something that is unknown because something else is. */
export interface Affected extends Source {
  readonly code: DiagnosticCode;
  /** The list or field; null if it is about neither. */
  readonly about: string | null;
}

/** All codes: AM1… from reading files, AM2… from pairing fields, AM3… from planning, AM4… from comparing lists with versions. */
export const codes = {
  AM1001: 'An entry file does not exist or cannot be read.',
  AM1002: 'A file has a syntax error.',
  AM1003: 'The type of a field is unknown, and it could be a relationship.',
  AM1004: 'The ref of a relationship is unknown or not a string.',
  AM1005: 'Whether a relationship is many is unknown.',
  AM1006: 'Something unknown is spread into the fields of a list, or the fields are unknown.',
  AM1007: 'The key of a list is unknown.',
  AM1008: 'The config of a list is unknown.',
  AM1009: 'A loop or a condition that creates lists runs over something unknown.',
  AM1010: 'No list was found.',
  AM1011: 'A plugin of a list is unknown, and it could add relationships.',
  AM1012: 'The code runs too long or nests too deep to be followed.',
  AM1013: 'A list is created twice.',
  AM1014: 'The name of a list begins with an underscore.',
  AM1015: 'The code throws an exception before it has created all lists.',
  AM1016: 'A relationship is there, or is what it is, only under a condition that is unknown.',
  AM1017: 'An option that does not decide about relationships is unknown.',
  AM1018: 'The schema of the Knex adapter is unknown.',
  AM1019: 'The blocks of a Content field are unknown, and each could make a list.',
  AM1020: 'Code that is not read gets the Keystone instance, or the config or fields of a list.',
  AM1021: 'The name of the list that a Content field makes is unknown.',
  AM1022: 'An imported file is unknown or was not found.',
  AM1023:
    'The code does something that is not followed: it calls something that is not a function, runs text as code, or changes a built-in.',
  AM1024: 'A run of the list files found other lists than the first reading.',
  AM1025: 'A call of createList was not reached by the reading.',
  AM1026: 'A JSON file does not have the form of a description of lists.',
  AM1027: 'A list is given by hand, but the code defines it completely.',
  AM2001: 'A ref names a list that does not exist.',
  AM2002: 'A ref names a field that does not exist or is not a relationship.',
  AM2003: 'Two sides of a relationship do not name each other.',
  AM2004: 'A field names itself as its other side.',
  AM2005: 'A ref is not of the form List or List.field.',
  AM2006: 'A relationship joins lists of two adapters.',
  AM2007: 'Two relationships, or a relationship and a list, want one join table.',
  AM3001: 'Two join tables have one name after PostgreSQL cut it to 63 bytes.',
  AM3002: 'Two relationships, or a relationship and a list, would share one collection.',
  AM3003: 'The lists are on a PrismaAdapter, which came after Arcade.',
  AM3004: 'Which of several adapters a list is on is unknown.',
  AM4001: 'No version has scripts for a relationship.',
  AM4002: 'A relationship or an option has changed since its scripts were written.',
  AM4003: 'A version has scripts for a relationship that the lists do not have.',
  AM4004: 'A file of a version was edited by hand.',
  AM4005: 'A file of a version is missing.',
  AM4006: 'A file is in the folder of a version that is none of its own.',
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof codes;

/** AM1 codes for what is wrong, not unknown. */
const wrongFiles: readonly DiagnosticCode[] = [
  'AM1001',
  'AM1002',
  'AM1010',
  'AM1013',
  'AM1014',
  'AM1024',
  'AM1026',
  'AM1027',
];

/** Whether something is unknown, which could hide a relationship. Otherwise something is wrong. */
export const isUnresolved = ({ code }: Pick<Diagnostic, 'code'>): boolean =>
  code.startsWith('AM1') && !wrongFiles.includes(code);
