/**
 * The library: the stages of the program, each a function from plain data to plain data.
 *
 * @module
 */
export type { Diagnostic, Severity, Source } from './diagnostics.ts';
export {
  type Database,
  type Plan,
  type PlanOptions,
  planMigration,
  type Reconcile,
} from './plan/index.ts';
export {
  type Adapter,
  type List,
  type Project,
  type ReadOptions,
  type RelationshipField,
  readLists,
  type SecondReading,
} from './reader/index.ts';
export { Refusal } from './refusal.ts';
export {
  type FoundRelationships,
  findRelationships,
  type Relationship,
  type RelationshipOptions,
  type Side,
} from './relationships/index.ts';
export { renderScripts, type Script } from './render/index.ts';
export {
  type Manifest,
  type NewVersion,
  nextId,
  type OutFile,
  readManifest,
  type VersionChanges,
  type WriteOptions,
  writeVersion,
} from './versions/index.ts';
