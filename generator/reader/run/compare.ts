import type { List } from '../project.ts';
import type { FoundList } from './findings.ts';

type AnyList = List | FoundList;

/**
 * What two readings say differently, a line each with both answers; empty where they agree. Where a field depends on the
 * environment and is no relationship, the first reading has it in any case: that is no difference.
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

/** What is said of each list and field, by its name. */
function factsOf(lists: readonly AnyList[]): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  // Keystone 8 knows a list by its key: the later one takes the place of the earlier.
  for (const list of new Map(lists.map((each) => [each.key, each])).values()) {
    facts.set(list.key, 'a list');
    for (const path of list.fieldPaths) facts.set(`${list.key}.${path}`, 'a field');
    for (const { path, ref, many } of list.relationships) {
      facts.set(`${list.key}.${path}`, `a relationship to ${ref}${many ? ', many' : ''}`);
    }
  }
  return facts;
}
