import type { Machine } from './machine.ts';
import type { SourceText } from './place.ts';
import type { List } from './project.ts';
import { type RegisteredList, sameList } from './registry.ts';
import { because, type Reporter } from './report.ts';

/** The lists that were created, each key once; what is doubtful about them becomes a diagnostic. */
export function listsOf(machine: Machine): readonly List[] {
  const lists = new Map<string, List>();
  const certainLists = new Map<string, List>();
  const { entries } = machine.registry;
  const certain = entries.filter((entry) => entry.condition === null);
  for (const entry of entries) {
    const { list, condition } = entry;
    const isCertain = condition === null || certain.some((other) => sameList(other.list, list));
    if (!isCertain) reportCondition(machine, entry);
    // Keystone 8 knows a list by its key: the later one takes the place of the earlier.
    if (!lists.has(list.key) || condition === null) lists.set(list.key, list);
    if (condition !== null) continue;
    // What was only perhaps created before may well be this one: a module that something may import, too.
    const former = certainLists.get(list.key);
    if (former !== undefined) reportTwice(machine.report, entry, former);
    certainLists.set(list.key, list);
  }
  for (const file of machine.emptyEntries) reportEmpty(machine, file, lists.size > 0);
  return [...lists.values()];
}

function reportCondition(machine: Machine, { list, place, condition }: RegisteredList): void {
  if (condition === null) return;
  machine.report.add({
    code: 'AM1009',
    about: list.key,
    message: `Whether the list ${list.key} is created like this is unknown, ${because(condition, place)}.`,
    help: 'Create the list unconditionally, or name a file that exports its config with --list <Key>=<file>.',
    why: condition,
    place,
  });
}

/** A list that was created before, where what it loses by that matters. */
export function reportTwice(
  report: Reporter,
  { list, place }: Pick<RegisteredList, 'list' | 'place'>,
  former: List,
): void {
  const { file, line, column } = former.source;
  const lost = former.relationships.filter(
    ({ path: name }) => !list.relationships.some((each) => each.path === name),
  );
  const losing =
    lost.length === 0
      ? ''
      : `, so that ${lost.map((each) => `${list.key}.${each.path}`).join(' and ')} would be lost`;
  report.add({
    code: 'AM1013',
    severity: lost.length === 0 ? 'warning' : 'error',
    message: `The list ${list.key} is created a second time (first in ${file}:${line}:${column})${losing}.`,
    help: 'Create it once; Keystone uses the last one.',
    place,
  });
}

/** An entry without lists is an error, unless there are others with some. */
function reportEmpty(machine: Machine, file: SourceText, hasOthers: boolean): void {
  // Lists given by hand stand for those that the entry hides.
  if (hasOthers && machine.hasListsByHand) return;
  if (!hasOthers && machine.report.diagnostics.some(({ severity }) => severity === 'error')) return;
  machine.report.add({
    code: 'AM1010',
    severity: hasOthers ? 'warning' : 'error',
    message: `No list was found in ${file.name}: nothing there calls createList.`,
    help: 'Name the file that creates the lists: it, or a file that it imports, must call createList or export the configs of the lists by key.',
    why: 'limit',
    place: { file, at: null },
  });
}
