import { adapterOf, holds, type Plan, scriptSets } from '../../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { describeSecondReading } from '../../text/second-reading.ts';
import { overridesIn, type Templates } from '../template-files.ts';
import { titleIn } from '../titles.ts';
import { isReadable } from './diagram.ts';
import { lostOf } from './lost.ts';
import { reviewMongo } from './mongo.ts';
import { reviewPostgres } from './postgres.ts';
import { type RunnerCommands, runSteps, undoSteps } from './run-steps.ts';
import type { Section } from './section.ts';
import { sourceLink, sourceLinks } from './source-links.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

/** The review has diagrams from this number of changes on. */
const MIN_CHANGES_FOR_DIAGRAM = 3;

/** More changes than this are folded, because not even their titles fit on a screen. */
const MAX_UNFOLDED_CHANGES = 20;

/**
 * The content of the review, in order. Markdown and HTML add the markup.
 *
 * @param root the path from the document to the folder that file paths start from
 */
export function reviewOf(plan: Plan, root: string | null, templates: Templates, runner?: RunnerCommands) {
  const sets = scriptSets(plan);
  const all: Section[] = sets.flatMap((set) => [
    ...(set.postgres ? [reviewPostgres(set.postgres, set)] : []),
    ...(set.mongo ? [reviewMongo(set.mongo, set)] : []),
  ]);
  const sections = all.filter((section) => section.plan.steps.length > 0);
  const byName = new Map(plan.relationships.map((one) => [relationshipName(one), one]));
  const names = new Set(sections.flatMap(({ details }) => [...details.keys()]));
  const changing = [...names].flatMap((name) => byName.get(name) ?? []);
  const unchanged = plan.relationships.filter((one) => !names.has(relationshipName(one)));
  const overridden = overridesIn(templates).map(({ path }) => code(path));
  const isAlphabetical = plan.sideOrder === 'alphabetical';
  return {
    /** The first lines of the document. */
    facts: [
      ...all.map(factOf),
      ...(plan.secondReading ? [[describeSecondReading(plan.secondReading)]] : []),
      ...(overridden.length > 0
        ? [rich`${strong('Your own templates')} replace ${listed(overridden)}.`]
        : []),
    ],
    warnings: [
      ...plan.warnings.map(
        ({ message, help, source }) => rich`${sourceLink(source, root)}: ${message} ${help}`,
      ),
      ...(isAlphabetical ? [] : sideOrderOf(plan)),
    ],
    columns: columnsOf(plan, sections).map(({ heading }) => heading),
    changes: changing.map((one) => changeOf(one, plan, sections, root)),
    isLong: changing.length > MAX_UNFOLDED_CHANGES,
    unchanged: folds({
      [`Relationships that do not change: ${unchanged.length}`]: unchanged.map(
        (one) => rich`${code(relationshipName(one))}, ${placesOf(one, root)}`,
      ),
    }),
    lost: lostOf(sections, plan.reconcile),
    run: runSteps(sections, runner),
    undo: undoSteps(sections, runner),
    folds: folds({
      'Locks and duration': sections.flatMap(({ work }) => work),
      'Names already in use': sets.flatMap(({ postgres }) => postgres?.notes ?? []).map((note) => [note]),
      'Which field is the left one': isAlphabetical ? sideOrderOf(plan) : [],
    }),
    diagrams: sections
      .filter(() => changing.length >= MIN_CHANGES_FOR_DIAGRAM)
      .map(({ title, arrows }) => ({
        title: `${title} as a ${isReadable({ arrows }) ? '' : 'large '}diagram`,
        diagram: { arrows },
      })),
  };
}

/** Folded lines by title. Leaves out a title without lines. */
const folds = (folded: Readonly<Record<string, readonly Text[]>>) =>
  Object.entries(folded)
    .filter(([, lines]) => lines.length > 0)
    .map(([title, lines]) => ({ title, lines }));

function factOf({ title, where, plan: { steps, unchanged }, counts }: Section): Text {
  if (steps.length === 0) return rich`${strong(title)}${where}: nothing changes, so there are no scripts.`;
  const counted = counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? what : what.replace(' ', 's ')}`);
  const total = steps.length + unchanged.length;
  const change = total === 1 ? 'relationship changes' : 'relationships change';
  return rich`${strong(title)}${where}: ${steps.length} of ${total} ${change} (${counted.join(', ')}).`;
}

/** What happens to each relationship: a column for each database, and one for the adapter if there are several for one. */
function columnsOf(plan: Plan, sections: readonly Section[]) {
  const databases = [...new Set(sections.map(({ name }) => name))];
  return [
    ...(plan.adapters
      ? [{ heading: 'adapter', of: (one: Relationship): Text => [code(adapterOf(plan, one)?.name ?? '–')] }]
      : []),
    ...databases.map((heading) => ({
      heading,
      of: (one: Relationship): Text => {
        const section = sections.find((each) => each.name === heading && holds(each.plan, one));
        if (!section) return ['–'];
        const title = titleIn(section.plan, one);
        return [section.details.has(relationshipName(one)) ? code(title) : title];
      },
    })),
  ];
}

/** What happens to one relationship, and why. */
function changeOf(relationship: Relationship, plan: Plan, sections: readonly Section[], root: string | null) {
  const name = relationshipName(relationship);
  const { cardinality, columnNames, tableName, left, sideOrderMatters } = relationship;
  const outcome = columnNames
    ? rich`the join table is ${code(tableName)}`
    : rich`${code(sideName(left))} is kept`;
  return {
    name: [code(name)],
    cardinality,
    places: placesOf(relationship, root),
    titles: columnsOf(plan, sections).map(({ heading, of }) => ({ heading, title: of(relationship) })),
    details: [
      ...sections.flatMap(({ details }) => details.get(name) ?? []),
      ...(sideOrderMatters
        ? [rich`The result depends on which field is the left one: here ${outcome}.`]
        : []),
    ],
  };
}

const placesOf = ({ left, right }: Relationship, root: string | null): Text =>
  sourceLinks(
    [left, ...(right ? [right] : [])].map(({ source }) => source),
    root,
  );

/** Why the left fields are the left ones. Empty if no result depends on it. */
function sideOrderOf({ sideOrder, locale, relationships }: Plan): Text[] {
  const count = relationships.filter(({ sideOrderMatters }) => sideOrderMatters).length;
  if (count === 0) return [];
  const decided = `${count} ${count === 1 ? 'relationship' : 'relationships'}`;
  return sideOrder === 'alphabetical'
    ? [
        rich`The left field is the one that comes first in alphabetical order (locale ${locale}), as in Keystone 8.0.0 and later. The published cheatsheet, which is older than that rule, takes the one declared first. That changes the result for ${decided}; the details name them.`,
      ]
    : [
        rich`The left field is the one declared first, as in the published cheatsheet (${code('--side-order declaration')}). Keystone 8.0.0 and later take alphabetical order. Those versions would not find the links of ${decided}; the details name them.`,
      ];
}
