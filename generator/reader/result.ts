import type { Machine } from './machine.ts';
import type { SourceText } from './place.ts';
import type { List } from './project.ts';
import { type RegisteredList, sameList } from './registry.ts';
import type { Reporter } from './report.ts';

/** The lists that were created, each key once. What is doubtful about them becomes a diagnostic. */
export function listsOf(machine: Machine): readonly List[] {
  const lists = new Map<string, List>();
  const certainLists = new Map<string, List>();
  const { entries } = machine.registry;
  const certain = entries.filter((entry) => entry.condition === null);
  for (const { list, place, condition } of entries) {
    if (condition !== null && !certain.some((other) => sameList(other.list, list))) {
      const message = `Whether the list ${list.key} is created like this is unknown`;
      machine.report.unknown({ code: 'AM1009', about: list.key, message, why: condition, place });
    }
    // Keystone 8 identifies a list by its key, so a later one replaces an earlier one.
    if (!lists.has(list.key) || condition === null) lists.set(list.key, list);
    // A list that may have been created before may well be this one.
    if (condition !== null) continue;
    const former = certainLists.get(list.key);
    if (former !== undefined) reportTwice(machine.report, { list, place }, former);
    certainLists.set(list.key, list);
  }
  for (const file of machine.emptyEntries) reportEmpty(machine, file, lists.size > 0);
  return [...lists.values()];
}

/** Reports a list that exists already. It is an error if relationships are lost by that. */
export function reportTwice(
  report: Reporter,
  { list, place }: Pick<RegisteredList, 'list' | 'place'>,
  former: List,
): void {
  const { file, line, column } = former.source;
  const paths = list.relationships.map((each) => each.path);
  const lost = former.relationships.filter((each) => !paths.includes(each.path));
  const names = lost.map((each) => `${list.key}.${each.path}`).join(' and ');
  const losing = lost.length === 0 ? '' : `, so that ${names} would be lost`;
  report.add({
    code: 'AM1013',
    severity: lost.length === 0 ? 'warning' : 'error',
    message: `The list ${list.key} is created a second time (first in ${file}:${line}:${column})${losing}.`,
    help: 'Create it once; Keystone uses the last one.',
    place,
  });
}

/** An entry without lists is an error, unless other entries have some. */
function reportEmpty(machine: Machine, file: SourceText, hasOthers: boolean): void {
  // The user gives by hand the lists that the entry hides.
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
