import type { Plan, Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName, sideName } from '../../relationships/index.ts';
import { quoteIdentifier } from '../quote-sql.ts';
import { overridesIn, type Templates } from '../template-files.ts';
import { titleIn } from '../titles.ts';
import type { Diagram } from './diagram.ts';
import { arrowsOfMongo, countMongo, detailsOfMongo, workOfMongo } from './mongo.ts';
import { arrowsOfPostgres, countPostgres, detailsOfPostgres, workOfPostgres } from './postgres.ts';
import { type DatabaseKey, type RunnerCommands, type RunStep, runSteps, undoSteps } from './run-steps.ts';
import { sourceLink, sourceLinks } from './source-links.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

/** All that the document says, in the order in which it says it; how it looks is for its forms to know. */
export interface Review {
  /** What to know first, a line each. */
  readonly facts: readonly Text[];
  readonly warnings: readonly Text[];
  /** The databases that have scripts. */
  readonly databases: readonly string[];
  readonly changes: readonly Change[];
  /** Whether there are so many changes that not even their titles fit on a screen. */
  readonly isLong: boolean;
  /** The relationships that do not change; empty where there are none. */
  readonly unchanged: readonly Fold[];
  readonly lost: {
    readonly explained: Text;
    readonly modes: readonly Mode[];
    readonly more: readonly Text[];
  };
  readonly run: readonly RunStep[];
  readonly undo: readonly RunStep[];
  readonly folds: readonly Fold[];
  readonly diagrams: readonly { readonly title: string; readonly diagram: Diagram }[];
}

/** What happens to one relationship. */
export interface Change {
  readonly name: Text;
  readonly cardinality: string;
  readonly places: Text;
  /** What happens in each database that has scripts. */
  readonly titles: readonly { readonly database: string; readonly title: Text }[];
  readonly details: readonly Text[];
}

interface Mode {
  readonly mode: Text;
  readonly what: Text;
}

/** Lines that are folded away under a title. */
interface Fold {
  readonly title: string;
  readonly lines: readonly Text[];
}

const withLines = (folds: readonly Fold[]): Fold[] => folds.filter(({ lines }) => lines.length > 0);

/** Fewer changes than this need no diagram. */
const DRAWN = 3;

/** More changes than this are folded. */
const SHORT = 20;

/** What the document is made from, for each database that has scripts. */
interface Section {
  readonly key: DatabaseKey;
  readonly name: string;
  readonly titleOf: (relationship: Relationship) => string;
  /** What becomes of each relationship that changes, by its name. */
  readonly details: ReadonlyMap<string, readonly Text[]>;
  readonly work: readonly Text[];
  readonly diagram: Diagram;
}

/** Draws up the document for a plan. `root` is the way from the document to the folder that files are relative to. */
export function reviewOf(
  plan: Plan,
  root: string | null,
  templates: Templates,
  runner?: RunnerCommands,
): Review {
  const sections = sectionsOf(plan);
  const keys = sections.map(({ key }) => key);
  const names = new Set(sections.flatMap(({ details }) => [...details.keys()]));
  const byName = new Map(plan.relationships.map((one) => [relationshipName(one), one]));
  const changing = [...names].flatMap((name) => byName.get(name) ?? []);
  const unchanged = plan.relationships.filter((one) => !names.has(relationshipName(one)));
  return {
    facts: factsOf(plan, templates),
    warnings: [
      ...plan.warnings.map(
        ({ message, help, source }) => rich`${sourceLink(source, root)}: ${message} ${help}`,
      ),
      ...(plan.sideOrder === 'declaration' ? sideOrderOf(plan) : []),
    ],
    databases: sections.map(({ name }) => name),
    changes: changing.map((one) => changeOf(one, sections, root)),
    isLong: changing.length > SHORT,
    unchanged: withLines([
      {
        title: `Nothing changes for ${unchanged.length} more`,
        lines: unchanged.map((one) => rich`${code(relationshipName(one))}, ${placesOf(one, root)}`),
      },
    ]),
    lost: lostOf(plan),
    run: runSteps(keys, runner),
    undo: undoSteps(keys, runner),
    folds: withLines([
      { title: 'Locks and time', lines: sections.flatMap(({ work }) => work) },
      { title: 'Names that are taken', lines: (plan.postgres?.notes ?? []).map((note) => [note]) },
      { title: 'Left and right', lines: plan.sideOrder === 'alphabetical' ? sideOrderOf(plan) : [] },
    ]),
    diagrams:
      changing.length < DRAWN
        ? []
        : sections.map(({ name, diagram }) => ({ title: `${name} as a diagram`, diagram })),
  };
}

function sectionsOf({ postgres, mongo }: Plan): Section[] {
  const detailed = <Step extends { readonly relationship: string }>(
    steps: readonly Step[],
    detailsOf: (step: Step) => Text[],
  ) => new Map(steps.map((step) => [step.relationship, detailsOf(step)]));
  return [
    ...(postgres && postgres.steps.length > 0
      ? [
          {
            key: 'postgres' as const,
            name: 'PostgreSQL',
            titleOf: (one: Relationship) => titleIn(postgres, one),
            details: detailed(postgres.steps, detailsOfPostgres),
            work: workOfPostgres(postgres),
            diagram: { arrows: postgres.steps.flatMap(arrowsOfPostgres) },
          },
        ]
      : []),
    ...(mongo && mongo.steps.length > 0
      ? [
          {
            key: 'mongo' as const,
            name: 'MongoDB',
            titleOf: (one: Relationship) => titleIn(mongo, one),
            details: detailed(mongo.steps, detailsOfMongo),
            work: workOfMongo(mongo),
            diagram: { arrows: mongo.steps.flatMap(arrowsOfMongo) },
          },
        ]
      : []),
  ];
}

function factsOf({ postgres, mongo }: Plan, templates: Templates): Text[] {
  const overridden = overridesIn(templates).map(({ path }) => code(path));
  return [
    ...(postgres
      ? [
          factOf(
            'PostgreSQL',
            rich`, schema ${code(postgres.schemaName)}`,
            postgres,
            countPostgres(postgres.steps),
          ),
        ]
      : []),
    ...(mongo ? [factOf('MongoDB', [], mongo, countMongo(mongo.steps))] : []),
    ...(overridden.length > 0
      ? [rich`${strong('Templates of your own')} replace ${listed(overridden)}.`]
      : []),
  ];
}

function factOf(
  name: string,
  where: Text,
  { steps, unchanged }: { readonly steps: readonly unknown[]; readonly unchanged: readonly unknown[] },
  counts: readonly (readonly [number, string])[],
): Text {
  if (steps.length === 0) return rich`${strong(name)}${where}: nothing changes, so there are no scripts.`;
  const counted = counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${count === 1 ? what : what.replace(' ', 's ')}`);
  const all = steps.length + unchanged.length;
  const change = all === 1 ? 'relationship changes' : 'relationships change';
  return rich`${strong(name)}${where}: ${steps.length} of ${all} ${change} (${counted.join(', ')}).`;
}

function changeOf(relationship: Relationship, sections: readonly Section[], root: string | null): Change {
  const name = relationshipName(relationship);
  const { cardinality, columnNames, tableName, left, sideOrderMatters } = relationship;
  const outcome = columnNames
    ? rich`the join table is ${code(tableName)}`
    : rich`${code(sideName(left))} is kept`;
  return {
    name: [code(name)],
    cardinality,
    places: placesOf(relationship, root),
    titles: sections.map(({ name: database, titleOf, details }) => ({
      database,
      title: details.has(name) ? [code(titleOf(relationship))] : [titleOf(relationship) || '–'],
    })),
    details: [
      ...sections.flatMap(({ details }) => details.get(name) ?? []),
      ...(sideOrderMatters ? [rich`Here left and right matter: ${outcome}.`] : []),
    ],
  };
}

const placesOf = ({ left, right }: Relationship, root: string | null): Text =>
  sourceLinks(
    [left, ...(right ? [right] : [])].map(({ source }) => source),
    root,
  );

/** Why the left fields are the left ones, where that decides. */
function sideOrderOf({ sideOrder, locale, relationships }: Plan): Text[] {
  const count = relationships.filter(({ sideOrderMatters }) => sideOrderMatters).length;
  if (count === 0) return [];
  const decided = `${count} ${count === 1 ? 'relationship' : 'relationships'}`;
  return sideOrder === 'alphabetical'
    ? [
        rich`The left field is the one that comes first in alphabetical order (locale ${locale}), as in Keystone 8.0.0 and later. The published cheatsheet, which is older than that rule, takes the one declared first. That makes a difference to ${decided}; the details name them.`,
      ]
    : [
        rich`The left field is the one declared first, as in the published cheatsheet (${code('--side-order declaration')}). Keystone 8.0.0 and later take alphabetical order. That makes a difference to ${decided}, which they would not find; the details name them.`,
      ];
}

/** What can be lost, and what each way to reconcile does about it. */
function lostOf({ postgres, mongo, reconcile }: Plan): Review['lost'] {
  const steps = [...(postgres?.steps ?? []), ...(mongo?.steps ?? [])];
  const dangling = mongo?.steps.length
    ? [
        rich`On MongoDB the id of a document that no longer exists is not a link. Such ids are not carried over.`,
      ]
    : [];
  if (steps.every(({ dropped }) => dropped === null)) {
    return { explained: ['No link: every side is kept.'], modes: [], more: dangling };
  }
  return {
    explained: rich`Old Keystone stored both sides of a relationship (${code('<->')}), and the two can be out of step. ${code('preflight')} counts and names the links stored only on the dropped side. ${code('--reconcile')} decides what ${code('migrate')} does with them:`,
    modes: MODES.map((mode) => ({
      mode: mode === reconcile ? rich`${code(mode)}, ${strong('used here')}` : [code(mode)],
      what: RECONCILE[mode],
    })),
    more: [
      rich`For another mode, write the version again with ${code('generate --reconcile <mode> --replace')}.`,
      ...(postgres?.steps.some(({ dropped }) => dropped !== null)
        ? [
            rich`On PostgreSQL, indexes, grants and comments of your own on what is dropped are lost too. ${code('preflight')} lists them; ${code('rollback')} does not bring them back.`,
          ]
        : []),
      ...dangling,
      ...(reconcile === 'resolve' || reconcile === 'discard' ? [givenUpIn(postgres, mongo)] : []),
    ],
  };
}

const MODES = ['abort', 'merge', 'resolve', 'discard'] as const;

const GIVEN_UP = code('arcade_given_up');

const RECONCILE: Readonly<Record<Reconcile, Text>> = {
  abort: ['refuses, changes nothing, and names them.'],
  merge: [
    'adds them to the kept side. Where the two sides contradict each other, it refuses and changes nothing.',
  ],
  resolve: rich`adds them to the kept side where there is room, lowest id first, and sets the others aside in ${GIVEN_UP}. Where the kept side holds a one-to-one link twice, the pair that both sides agree on stays, else the one with the lowest id.`,
  discard: rich`leaves the kept side as it is and sets them aside in ${GIVEN_UP}. A one-to-one link held twice is settled as with ${code('resolve')}.`,
};

function givenUpIn(postgres: Plan['postgres'], mongo: Plan['mongo']): Text {
  const drops = [
    ...(postgres?.steps.length
      ? [code(`drop table ${quoteIdentifier(postgres.schemaName)}."arcade_given_up"`)]
      : []),
    ...(mongo?.steps.length ? [code('db.arcade_given_up.drop()')] : []),
  ];
  return rich`${code('rollback')} puts the links in ${GIVEN_UP} back where they were. Once nobody needs them any more: ${listed(drops)}.`;
}
