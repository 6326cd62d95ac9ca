import type { List, Project, RelationshipField } from '../../generator/reader/project.ts';

/** A relationship field in short form. */
export type ShortField = Pick<RelationshipField, 'ref'> & Partial<RelationshipField>;

/** A project of lists with relationship fields only, as the reader would return it. */
export const projectOf = (
  lists: Readonly<Record<string, Readonly<Record<string, ShortField>>>>,
): Project => ({
  lists: Object.entries(lists).map(([key, fields]) => listOf(key, fields)),
  adapters: [],
  diagnostics: [],
});

function listOf(key: string, fields: Readonly<Record<string, ShortField>>): List {
  const file = `lists/${key}.js`;
  return {
    key,
    adapterName: null,
    collection: null,
    idType: null,
    fieldPaths: ['name', ...Object.keys(fields)],
    relationships: Object.entries(fields).map(([path, field], index) => ({
      path,
      many: false,
      isUnique: false,
      isIndexed: null,
      isNotNullable: false,
      mongooseOptions: {},
      source: { file, line: index + 3, column: 5 },
      ...field,
    })),
    source: { file, line: 1, column: 1 },
  };
}
