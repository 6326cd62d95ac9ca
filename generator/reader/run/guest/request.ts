import type { Resolution } from '../../modules/resolve.ts';
import type { Adapter, List, RelationshipField } from '../../project.ts';

/**
 * How the world outside of the project behaves in a run. `plain`: variables are not set, packages do nothing and hold
 * nothing. `set`: the same, but variables are set. `rich`: they are, packages call the functions that they are given and
 * hold one thing of each kind, files are there, and the clock shows another time. Lists that are the same in a plain and
 * a rich world do not depend on the world outside.
 */
export type World = 'plain' | 'set' | 'rich';

/** What is to be run. */
export interface Request {
  readonly world: World;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Absolute paths of the entry files, in order. */
  readonly entries: readonly string[];
  /** Lists given by hand: a file by key. */
  readonly lists: readonly (readonly [key: string, file: string])[];
}

/** What the engine may ask the main thread for, all of it to read. */
export type Question =
  | { readonly ask: 'resolve'; readonly specifier: string; readonly from: string }
  /** `by` is the file that asks. */
  | { readonly ask: 'names'; readonly path: string; readonly by: string | null }
  | { readonly ask: 'text' | 'kind' | 'compiled'; readonly path: string };

export interface Answers {
  readonly resolve: Resolution;
  readonly names: readonly { readonly name: string; readonly isFolder: boolean }[] | null;
  readonly text: string | null;
  readonly kind: 'file' | 'folder' | null;
  /** A file as TypeScript's own compiler makes JavaScript of it. */
  readonly compiled: string | null;
}

/** The host's side of a run. */
export interface Host {
  /** Takes a {@link Question} as JSON and gives the answer as JSON. */
  ask(question: string): string;
  /** Makes a function of a file: that of a CommonJS module. */
  compile(path: string): unknown;
  /** Compares two texts in the order of a language: the engine itself knows none. */
  compare(one: string, other: string): number;
  /** Loads the package lodash. */
  lodash(): Readonly<Record<string, unknown>>;
}

/** Where a call was written: the absolute path of the file, counted from 1. */
export interface Call {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** What a run finds is as in a project, without the places: of a list it knows the call alone. */
export type FoundField = Omit<RelationshipField, 'source'>;

export interface FoundList extends Omit<List, 'relationships' | 'source'> {
  readonly relationships: readonly FoundField[];
  readonly call: Call | null;
}

export type FoundAdapter = Omit<Adapter, 'source'>;

/** What ended a run before its end. */
export interface Stop {
  readonly kind: 'exception' | 'exit' | 'limit';
  readonly message: string;
  readonly call: Call | null;
}

/** What a run has found. */
export interface Findings {
  readonly lists: readonly FoundList[];
  readonly adapters: readonly FoundAdapter[];
  readonly stop: Stop | null;
  /** What decides about lists and is not in the source, as clauses. */
  readonly doubts: readonly string[];
  /** What was asked for and is not in the source: variables, packages and files, as a reader of the source calls them. */
  readonly outside: readonly Outside[];
}

export interface Outside {
  readonly kind: 'variable' | 'package' | 'file' | 'other';
  readonly name: string;
}
