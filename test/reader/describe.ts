import type { Project } from '../../generator/reader/index.ts';

/** The relationship fields of a project as sorted lines: `User.posts -> Post.author, many`. */
export function describeRelationships({ lists }: Project): readonly string[] {
  return lists
    .flatMap((list) =>
      list.relationships.map(({ path, ref, many }) => `${list.key}.${path} -> ${ref}${many ? ', many' : ''}`),
    )
    .sort();
}

/** The diagnostics of a project as lines: `error AM1004 index.js:3:5`. */
export function describeDiagnostics({ diagnostics }: Project): readonly string[] {
  return diagnostics.map(
    ({ severity, code, source }) => `${severity} ${code} ${source.file}:${source.line}:${source.column}`,
  );
}
