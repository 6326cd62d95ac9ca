import type { Diagnostic, DiagnosticCode, Source } from '../diagnostics.ts';
import type { List, RelationshipField } from '../reader/project.ts';
import { type Side, sideName } from './relationship.ts';

/** A relationship with its sides in order of declaration. */
export interface Pair {
  readonly first: Side;
  readonly second: Side | null;
}

const error = (code: DiagnosticCode, source: Source, message: string, help: string): Diagnostic => ({
  code,
  severity: 'error',
  message,
  help,
  source,
});

/**
 * Pairs the relationship fields that name each other. Refuses what Keystone 8.0.0 refuses (`_consolidateRelationships`,
 * `tryResolveRefList`), but reports every fault instead of only the first.
 */
export function pairSides(
  lists: readonly List[],
  defaultAdapter: string | null,
): { pairs: Pair[]; diagnostics: Diagnostic[] } {
  const byKey = new Map(lists.map((list) => [list.key, list]));
  const paired = new Set<string>();
  const pairs: Pair[] = [];
  const diagnostics: Diagnostic[] = [];

  for (const list of byKey.values()) {
    for (const field of list.relationships) {
      const name = `${list.key}.${field.path}`;
      if (paired.has(name)) continue;
      const found = findOtherSide(list, field, byKey, defaultAdapter);
      if ('code' in found) {
        diagnostics.push(found);
      } else {
        pairs.push(found);
        if (found.second) paired.add(sideName(found.second));
      }
    }
  }
  return { pairs, diagnostics };
}

const listOf = (ref: string): string => ref.split('.')[0] ?? ref;

function findOtherSide(
  list: List,
  field: RelationshipField,
  lists: ReadonlyMap<string, List>,
  defaultAdapter: string | null,
): Pair | Diagnostic {
  const name = `${list.key}.${field.path}`;
  const [refList = '', refPath, ...rest] = field.ref.split('.');
  if (refList === '' || refPath === '' || rest.length > 0) {
    return error(
      'AM2005',
      field.source,
      `${name} has the invalid ref '${field.ref}'.`,
      "Write ref: 'List' or ref: 'List.field'.",
    );
  }

  const target = lists.get(refList);
  if (!target) {
    return error(
      'AM2001',
      field.source,
      `${name} refers to the list ${refList}, which does not exist.`,
      `Create the list, or correct the ref. Lists found: ${[...lists.keys()].join(', ')}.`,
    );
  }
  if ((target.adapterName ?? defaultAdapter) !== (list.adapterName ?? defaultAdapter)) {
    return error(
      'AM2006',
      field.source,
      `${name} refers to ${refList}, which is on a different adapter.`,
      'Keystone cannot relate lists on different adapters: put both lists on the same adapter.',
    );
  }

  const first: Side = { ...field, list: list.key, refList };
  if (refPath === undefined) return { first, second: null };

  if (field.ref === name) {
    return error(
      'AM2004',
      field.source,
      `${name} refers to itself: one field cannot be both sides of a relationship.`,
      `Write ref: '${refList}' for a one-sided relationship, or name a second field of ${refList}.`,
    );
  }
  const other = target.relationships.find(({ path }) => path === refPath);
  if (!other) {
    const isField = target.fieldPaths.includes(refPath);
    return error(
      'AM2002',
      field.source,
      `${name} refers to ${field.ref}, which ${isField ? 'is not a relationship' : 'does not exist'}.`,
      `Add the field ${refPath} with ref: '${name}' to ${refList}, or write ref: '${refList}' for a one-sided relationship.`,
    );
  }
  if (other.ref !== name) {
    return error(
      'AM2003',
      field.source,
      `${name} refers to ${field.ref}, but ${field.ref} refers to ${other.ref}.`,
      `Make the two name each other (${field.ref} needs ref: '${name}'): then one of them becomes the dropped side, and --reconcile says what happens to links stored only there. Or use two one-sided relationships (${name} needs ref: '${refList}', ${field.ref} needs ref: '${listOf(other.ref)}'): then each field keeps its own links.`,
    );
  }
  return { first, second: { ...other, list: refList, refList: list.key } };
}
