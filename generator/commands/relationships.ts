import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { adapterOf, scriptSets } from '../plan/index.ts';
import { collectionOfList, type Relationship, relationshipName, type Side } from '../relationships/index.ts';
import { titleIn } from '../render/titles.ts';
import { reportDiagnostics } from '../reporters/index.ts';
import { compareLists } from './compare-lists.ts';
import { newKeystoneNote } from './past-arcade.ts';
import { type ReadProject, readProject } from './read-project.ts';
import { noteConfirmation, readingJson } from './report-reading.ts';
import type { ListDifference, RelationshipResult, RelationshipsResult, SideResult } from './results.ts';
import { explainSides } from './side-order.ts';
import { table } from './table.ts';

/**
 * Prints the relationships, what happens to each, and how the lists differ from a description. Returns the exit status: 1 if
 * there are errors or differences.
 */
export function relationships(settings: Settings, console: Console): number {
  const { compare, cwd, json } = settings;
  const project = readProject(settings, console);
  const compared = compare === undefined ? null : compareLists(project.project, compare, cwd);
  const read = { ...project, diagnostics: [...project.diagnostics, ...(compared?.diagnostics ?? [])] };
  const differences = compared?.differences ?? null;
  reportDiagnostics(settings, console, read.diagnostics);
  noteConfirmation(console, read);
  if (json) console.result(JSON.stringify(asJson(read, differences), null, 2));
  else {
    if (read.plan.relationships.length > 0) console.result(describe(read, console));
    if (differences?.length) console.result(`\n${describeDifferences(differences, compare ?? '', console)}`);
  }
  const note = read.hasErrors || read.nothingChanges ? null : newKeystoneNote(settings);
  if (note !== null) console.note(`\n${note}`);
  const isBad = read.hasErrors || compared?.diagnostics.length || differences?.length;
  if (compare !== undefined && !isBad) console.note(`The lists are the same as in ${compare}.`);
  return isBad ? 1 : 0;
}

function describeDifferences(
  differences: readonly ListDifference[],
  file: string,
  { colors }: Console,
): string {
  const [header = '', ...lines] = table([
    ['DIFFERENCE', 'AS READ', `IN ${file}`],
    ...differences.map(({ name, read, compared }) => [name, read ?? 'not there', compared ?? 'not there']),
  ]);
  return [colors.bold(header), ...lines].join('\n');
}

/** The relationships as a table, and the reason for the order of their sides. */
export function describe({ plan }: ReadProject, { colors, width }: Console): string {
  const sets = scriptSets(plan);
  const databases = [
    { heading: 'POSTGRESQL', planned: sets.flatMap(({ postgres }) => postgres ?? []) },
    { heading: 'MONGODB', planned: sets.flatMap(({ mongo }) => mongo ?? []) },
  ].filter(({ planned }) => planned.length > 0);
  const rows = plan.relationships.map((relationship) => [
    relationshipName(relationship),
    relationship.cardinality,
    ...(plan.adapters ? [adapterOf(plan, relationship)?.name ?? ''] : []),
    ...databases.map(({ planned }) => planned.map((each) => titleIn(each, relationship)).join('')),
  ]);
  const heading = [
    'RELATIONSHIP',
    '',
    ...(plan.adapters ? ['ADAPTER'] : []),
    ...databases.map(({ heading }) => heading),
  ];
  const [header = '', ...lines] = table([heading, ...rows], width);
  return [colors.bold(header), ...lines, ...(databases.length > 0 ? explainSides(plan) : [])].join('\n');
}

/** A contract: keys may be added, but not renamed. */
function asJson(read: ReadProject, differences: readonly ListDifference[] | null): RelationshipsResult {
  const { plan, project } = read;
  return {
    relationships: plan.relationships.map(relationshipJson),
    lists: project.lists.map((list) => ({
      key: list.key,
      collection: collectionOfList(list),
      source: list.source,
    })),
    differences,
    ...readingJson(read),
  };
}

const relationshipJson = (relationship: Relationship): RelationshipResult => ({
  kind: relationship.kind,
  cardinality: relationship.cardinality,
  left: sideJson(relationship.left),
  right: relationship.right && sideJson(relationship.right),
  tableName: relationship.tableName,
  columnName: relationship.columnName,
  columnNames: relationship.columnNames,
  collection: relationship.collection,
});

const sideJson = ({ list, path, ref, many, source }: Side): SideResult => ({ list, path, ref, many, source });
