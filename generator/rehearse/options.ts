import type { Templates } from '../render/template-files.ts';

/** What a rehearsal is asked for, checked. */
export interface RehearsalOptions {
  /** The folder of the versions. */
  readonly out: string;
  /** The name or number of a version; null for the newest. */
  readonly version: string | null;
  /** Items of each list, where rows are made. */
  readonly items: number;
  readonly seed: number;
  /** A dump of the user's own database. */
  readonly dump: string | null;
  /** So many of a hundred links get out of step, where rows are made. */
  readonly drift: number | null;
  /** A scratch database; null for an embedded one. */
  readonly url: string | null;
  /** Whether the database of `url` holds a copy to rehearse on. */
  readonly mayBeFilled: boolean;
  /** What the scripts for the other --reconcile are made from. */
  readonly templates: () => Promise<Templates>;
}
