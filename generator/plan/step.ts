import type { Source } from '../diagnostics.ts';

/** What one relationship needs in a database. Each database adds where the links are, before and after. */
export interface Step {
  /** `Post.author <-> User.posts`. */
  readonly relationship: string;
  /** The change, in the words that a DBA looks for: `drop table "User_posts"`. */
  readonly title: string;
  /** Why nothing is lost with it. */
  readonly why: string;
  /** Where the relationship is declared. */
  readonly sources: readonly Source[];
}
