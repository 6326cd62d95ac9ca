import type { Templates } from '../render/template-files.ts';

/** The validated options of a rehearsal. */
export interface RehearsalOptions {
  /** The folder of the versions. */
  readonly out: string;
  /** The name or number of a version; null for the newest. */
  readonly version: string | null;
  /** The number of generated items in each list. */
  readonly items: number;
  readonly seed: number;
  /** A dump of the user's own database. */
  readonly dump: string | null;
  /** The percentage of generated links to break; null for none. */
  readonly drift: number | null;
  /** A scratch database; null for the embedded PostgreSQL. */
  readonly url: string | null;
  /** Whether the database of `url` may contain data, which is a copy to rehearse on. */
  readonly mayBeFilled: boolean;
  /** The templates for the scripts of the other --reconcile modes. */
  readonly templates: () => Promise<Templates>;
}
