import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { collectionOfList, type Relationship, relationshipName, type Side } from '../relationships/index.ts';
import { titleIn } from '../render/titles.ts';
import { type ReadProject, readProject } from './read-project.ts';
import { readingJson, reportReading } from './report-reading.ts';
import type { RelationshipResult, RelationshipsResult, SideResult } from './results.ts';
import { explainSides } from './side-order.ts';
import { table } from './table.ts';

/** Prints the relationships and what happens to each. Returns the exit status: 1 where there are errors. */
export function relationships(settings: Settings, console: Console): number {
  const read = readProject(settings, console);
  reportReading(settings, console, read);
  if (settings.json) console.result(JSON.stringify(asJson(read), null, 2));
  else if (read.plan.relationships.length > 0) console.result(describe(read, console));
  return read.hasErrors ? 1 : 0;
}

/** The relationships as a table, and why the sides are ordered as they are. */
export function describe({ plan }: ReadProject, { colors, width }: Console): string {
  const databases = [
    ...(plan.postgres ? [{ heading: 'POSTGRESQL', planned: plan.postgres }] : []),
    ...(plan.mongo ? [{ heading: 'MONGODB', planned: plan.mongo }] : []),
  ];
  const rows = plan.relationships.map((relationship) => [
    relationshipName(relationship),
    relationship.cardinality,
    ...databases.map(({ planned }) => titleIn(planned, relationship)),
  ]);
  const heading = ['RELATIONSHIP', '', ...databases.map(({ heading }) => heading)];
  const [header = '', ...lines] = table([heading, ...rows], width);
  return [colors.bold(header), ...lines, ...explainSides(plan)].join('\n');
}

/** The contract of `relationships --json`: more keys may be added, none renamed. */
function asJson(read: ReadProject): RelationshipsResult {
  const { plan, project } = read;
  return {
    relationships: plan.relationships.map(relationshipJson),
    lists: project.lists.map((list) => ({
      key: list.key,
      collection: collectionOfList(list),
      source: list.source,
    })),
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
