import type { List } from '../project.ts';
import type { FoundList } from './findings.ts';

type AnyList = List | FoundList;

/**
 * The differences between two readings, each with both answers. If a field that is no relationship depends on the
 * environment, the first reading has it in any case, so that is no difference.
 */
export function differences(lists: readonly AnyList[], found: readonly FoundList[]): readonly string[] {
  const first = factsOf(lists);
  const second = factsOf(found);
  const names = [...new Set([...first.keys(), ...second.keys()])];
  return names.flatMap((name) => {
    const [one, other] = [first.get(name) ?? 'not there', second.get(name) ?? 'not there'];
    return one === other || (one === 'a field' && other === 'not there')
      ? []
      : [`${name} is ${one} in the first reading, and ${other} in the run`];
  });
}

/** What a reading says about each list and field, by name. */
function factsOf(lists: readonly AnyList[]): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  // Keystone 8 knows a list by its key, so a later list replaces an earlier one.
  for (const list of new Map(lists.map((each) => [each.key, each])).values()) {
    facts.set(list.key, 'a list');
    for (const path of list.fieldPaths) facts.set(`${list.key}.${path}`, 'a field');
    for (const { path, ref, many } of list.relationships) {
      facts.set(`${list.key}.${path}`, `a relationship to ${ref}${many ? ', many' : ''}`);
    }
  }
  return facts;
}
