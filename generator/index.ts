export type { Diagnostic, Severity, Source } from './diagnostics.ts';
export { type Database, type Plan, type PlanOptions, planMigration } from './plan/index.ts';
export { type List, type Project, type RelationshipField, readLists } from './reader/index.ts';
export { findRelationships, type Relationship, type RelationshipOptions } from './relationships/index.ts';
export { renderScripts, type Script } from './render/index.ts';
export { writeVersion } from './versions/index.ts';
