import type { Project } from '../../generator/reader/index.ts';

/** The relationship fields of a project as sorted lines: `User.posts -> Post.author, many`. */
export function describeRelationships({ lists }: Project): readonly string[] {
  return lists
    .flatMap((list) =>
      list.relationships.map(({ path, ref, many }) => `${list.key}.${path} -> ${ref}${many ? ', many' : ''}`),
    )
    .sort();
}

/** The lists of a project in order, with what they say of their storage: `Log, id Uuid, on logs, in entries`. */
export function describeLists({ lists }: Project): readonly string[] {
  return lists.map(({ key, idType, adapterName, collection }) =>
    [
      key,
      idType === null ? [] : `id ${idType}`,
      adapterName === null ? [] : `on ${adapterName}`,
      collection === null ? [] : `in ${collection}`,
    ]
      .flat()
      .join(', '),
  );
}

/** The adapters of a project: `main: postgres, schema cms`. */
export function describeAdapters({ adapters }: Project): readonly string[] {
  return adapters.map(
    ({ name, database, schemaName }) =>
      `${name ?? 'default'}: ${database}${schemaName === null ? '' : `, schema ${schemaName}`}`,
  );
}

/** The diagnostics of a project as lines: `error AM1004 index.js:3:5`. */
export function describeDiagnostics({ diagnostics }: Project): readonly string[] {
  return diagnostics.map(
    ({ severity, code, source }) => `${severity} ${code} ${source.file}:${source.line}:${source.column}`,
  );
}
