import type { Project } from './project.ts';

export type { Adapter, List, Project, RelationshipField } from './project.ts';

export interface ReadOptions {
  /** The folder that positions are relative to. */
  readonly cwd: string;
}

export function readLists(_entries: readonly string[], _options: ReadOptions): Project {
  throw new Error('not written yet');
}
