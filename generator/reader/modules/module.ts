import type { SourceText } from '../place.ts';
import type { Scope } from '../scope.ts';
import type { ObjectValue } from '../values.ts';
import type { Resolver } from './resolve.ts';

/** A file as Node sees it: run once, known by what it exports. */
export interface Module {
  readonly file: SourceText;
  /** What CommonJS calls `module`; its property `exports` is the module's value. */
  readonly object: ObjectValue;
  /** The names that `export` declares, also where `module.exports` was replaced later. */
  readonly exports: ObjectValue;
  /** Whether it has `import` or `export` declarations. */
  readonly isEsm: boolean;
  readonly scope: Scope;
}

export interface Modules {
  readonly resolver: Resolver;
  /** By absolute path; those under way are in it, for circular imports. */
  readonly loaded: Map<string, Module>;
  /** Told after each file how many were read. */
  readonly progress?: ((files: number) => void) | undefined;
  /** All files that were read, by absolute path: also those that only a guess imported, and that are forgotten as modules. */
  readonly sources: Map<string, SourceText>;
}
