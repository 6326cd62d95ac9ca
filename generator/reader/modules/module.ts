import type { SourceText } from '../place.ts';
import type { Scope } from '../scope.ts';
import type { ObjectValue } from '../values.ts';
import type { Resolver } from './resolve.ts';

/** A file that runs once. */
export interface Module {
  readonly file: SourceText;
  /** What CommonJS calls `module`; its property `exports` is the module's value. */
  readonly object: ObjectValue;
  /** The first value of `exports`, which has what `export` declares even if `module.exports` is replaced. */
  readonly exports: ObjectValue;
  /** Whether it has `import` or `export` declarations. */
  readonly isEsm: boolean;
  readonly scope: Scope;
}

export interface Modules {
  readonly resolver: Resolver;
  /** By absolute path, from before they run, for circular imports. */
  readonly loaded: Map<string, Module>;
  /** Receives the number of files after each. */
  readonly progress?: ((files: number) => void) | undefined;
  /** All files that were read, by absolute path, even if only a guess imported them. */
  readonly sources: Map<string, SourceText>;
}
