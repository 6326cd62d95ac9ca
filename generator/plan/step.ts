import type { Source } from '../diagnostics.ts';

/** What happens to one relationship. Each database adds where the links are stored before and after. */
export interface Step {
  /** `Post.author <-> User.posts`. */
  readonly relationship: string;
  /** The change, such as `drop table "User_posts"`. */
  readonly title: string;
  /** Why the change loses nothing. */
  readonly why: string;
  /** Where the relationship is declared. */
  readonly sources: readonly Source[];
}
