import type { Plan, Reconcile } from '../../plan/index.ts';
import { type Relationship, relationshipName } from '../../relationships/index.ts';
import { explainSideOrder, sideOrderNotes } from '../side-order.ts';
import { overridesIn, type Templates } from '../template-files.ts';
import { titleIn } from '../titles.ts';
import { reviewMongo } from './mongo.ts';
import { reviewPostgres } from './postgres.ts';
import { type RunnerCommands, type RunStep, runSteps, undoSteps } from './run-steps.ts';
import type { Refused, Section } from './section.ts';
import { sourceLink, sourceLinks } from './source-links.ts';
import { code, listed, rich, strong, type Text } from './text.ts';
import { wordingOf } from './wording.ts';

/** All that the document says, in the order in which it says it; how it looks is for its forms to know. */
export interface Review {
  readonly wording: ReturnType<typeof wordingOf>;
  readonly summary: readonly Text[];
  readonly warnings: readonly Text[];
  readonly names: readonly Text[];
  readonly sideOrder: { readonly explained: Text; readonly outcomes: readonly Text[] } | null;
  readonly sections: readonly Section[];
  readonly changing: readonly Row[];
  readonly unchanged: readonly Row[];
  /** Links that are stored twice: which copy goes. */
  readonly copies: readonly {
    readonly database: string;
    readonly relationship: Text;
    readonly goes: Text;
    readonly stays: Text;
  }[];
  readonly reconcile: readonly { readonly mode: Text; readonly what: Text }[];
  readonly refusals: readonly { readonly database: string; readonly refused: readonly RefusedText[] }[];
  readonly run: readonly RunStep[];
  readonly undo: readonly RunStep[];
  /** Whether there is so much that details had better be folded. */
  readonly isLong: boolean;
}

/** A relationship in the table of all of them. */
export interface Row {
  readonly name: Text;
  readonly cardinality: string;
  readonly places: Text;
  /** What happens in each database. */
  readonly titles: readonly Text[];
}

interface RefusedText {
  readonly what: Text;
  readonly relationships: Text;
}

/** With more relationships than this that change, details are folded. */
const SHORT = 6;

/** Draws up the document for a plan. `root` is the way from the document to the folder that files are relative to. */
export function reviewOf(
  plan: Plan,
  root: string | null,
  templates: Templates,
  runner?: RunnerCommands,
): Review {
  const sections = [
    ...(plan.postgres ? [reviewPostgres(plan.postgres, plan.relationships)] : []),
    ...(plan.mongo ? [reviewMongo(plan.mongo)] : []),
  ];
  const changes = new Set(sections.flatMap(({ steps }) => steps.map(({ relationship }) => relationship)));
  const isChanging = (relationship: Relationship) => changes.has(relationshipName(relationship));
  const row = (relationship: Relationship) => rowOf(relationship, plan, root);
  const changing = plan.relationships.filter(isChanging);
  const copies = sections.flatMap(({ name, copies }) =>
    copies.map(({ relationship, goes, stays }) => ({
      database: name,
      relationship: [code(relationship)],
      goes,
      stays,
    })),
  );
  const outcomes = sideOrderNotes(plan);
  const overridden = overridesIn(templates).map(({ path }) => code(path));
  return {
    wording: wordingOf(plan),
    summary: [
      ...sections.map(({ name, summary }) => rich`${strong(name)}, ${summary}.`),
      ...(copies.length > 0
        ? [rich`${strong('Links')} that only the side that goes has: ${RECONCILE[plan.reconcile]}`]
        : []),
      rich`${strong('The application must be stopped')} from the backup to the deployment; ${code('rollback')} takes the migration back.`,
      ...(overridden.length > 0
        ? [rich`${strong('Templates of the project')} stand in the place of ${listed(overridden)}.`]
        : []),
    ],
    warnings: plan.warnings.map(
      ({ message, help, source }) => rich`${sourceLink(source, root)}: ${message} ${help}`,
    ),
    names: (plan.postgres?.notes ?? []).map((note) => [note]),
    sideOrder:
      outcomes.length === 0
        ? null
        : { explained: [explainSideOrder(plan)], outcomes: outcomes.map((outcome) => [outcome]) },
    sections,
    changing: changing.map(row),
    unchanged: plan.relationships.filter((relationship) => !isChanging(relationship)).map(row),
    copies,
    reconcile: (['abort', 'merge', 'discard'] as const).map((mode) => ({
      mode: mode === plan.reconcile ? rich`${code(mode)}, ${strong('as here')}` : [code(mode)],
      what: RECONCILE[mode],
    })),
    refusals: sections
      .filter(({ refusals }) => refusals.length > 0)
      .map(({ name, refusals }) => ({ database: name, refused: refusals.map(refusedText) })),
    run: runSteps(plan, runner),
    undo: undoSteps(plan, runner),
    isLong: changing.length > SHORT,
  };
}

/** What happens to links that only the side that goes has. */
const RECONCILE: Readonly<Record<Reconcile, Text>> = {
  abort: rich`${code('migrate')} refuses, changes nothing, and names them.`,
  merge: rich`${code('migrate')} adds them to the side that stays; where the two contradict each other it refuses, changing nothing.`,
  resolve: rich`${code('migrate')} adds them to the side that stays where it has room, and ${strong('gives up')} the others.`,
  discard: rich`${code('migrate')} ${strong('gives them up')}.`,
};

const rowOf = (relationship: Relationship, { postgres, mongo }: Plan, root: string | null): Row => ({
  name: [code(relationshipName(relationship))],
  cardinality: relationship.cardinality,
  places: sourceLinks(
    [relationship.left, ...(relationship.right ? [relationship.right] : [])].map(({ source }) => source),
    root,
  ),
  titles: [postgres, mongo].flatMap((plan) => (plan ? [[titleIn(plan, relationship)]] : [])),
});

/** More names than this are counted. */
const NAMED = 4;

const refusedText = ({ what, relationships }: Refused): RefusedText => ({
  what: [what],
  relationships:
    relationships.length > NAMED
      ? [`${relationships.length} relationships`]
      : listed(relationships.map((name) => code(name))),
});
