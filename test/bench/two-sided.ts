import type { Project } from '../../generator/reader/project.ts';
import { projectOf } from '../support/lists.ts';

export type Kind = 'many-to-many' | 'one-to-many' | 'one-to-one';

/** Lists with one two-sided relationship. `Post.users` is its left field, and `User.posts` its right field. */
export const projectOfKind = (kind: Kind): Project =>
  projectOf({
    Post: { users: { ref: 'User.posts', many: kind === 'many-to-many' } },
    User: { posts: { ref: 'Post.users', many: kind !== 'one-to-one' } },
  });
