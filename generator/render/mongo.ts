import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Source } from '../diagnostics.ts';
import {
  inverse,
  type Links,
  type MongoPlan,
  type Operation,
  type Step,
  turned,
} from '../plan/mongo/index.ts';
import { places as sourcePlaces } from './places.ts';
import { SCRIPT_NAMES, type Script, type ScriptName } from './script.ts';
import { checksOf, summaryOf } from './steps.ts';
import type { Templates } from './template-files.ts';
import { makeRenderer, type TemplateData } from './templates.ts';
import { wrapComment } from './wrap.ts';

/** The four scripts of a MongoDB plan, for mongosh. */
export function renderMongo(plan: MongoPlan, templates: Templates): Script[] {
  const places = placesOf(plan);
  const render = makeRenderer(templates, jsHelpers(places));
  const common = {
    places: [...places].map(([name, links]) => ({ name, links })),
    lists: [
      ...new Set([...places.values()].flatMap((links) => [links.nearCollection, links.farCollection])),
    ].sort(),
    ...goingAndComing(plan),
  };
  const data = dataOf(plan);
  return SCRIPT_NAMES.map((name) => ({
    path: `mongo/${name}.js`,
    text: render(`mongo/${name}`, { ...common, ...data[name] }),
  }));
}

function dataOf({ steps }: MongoPlan): Record<ScriptName, TemplateData> {
  const doing = numbered(steps.filter(({ operations }) => operations.length > 0));
  const undoing = doing
    .map(undo)
    .reverse()
    .map((step, index) => ({ ...step, number: index + 1 }));
  const blocking = checksOf(steps, 'checks').filter((check) => check.blocking);
  const fingerprint = fingerprintOf(doing);
  return {
    preflight: { summary: [], checks: checksOf(steps, 'checks') },
    migrate: {
      summary: summaryOf(doing, steps),
      checks: blocking,
      steps: doing,
      fingerprint,
      merges: merges(doing),
    },
    verify: { summary: [], checks: checksOf(steps, 'verifyChecks') },
    rollback: {
      summary: summaryOf(undoing, steps),
      checks: checksOf(steps, 'undoChecks'),
      steps: undoing,
      fingerprint,
      operationIds: idsOf(doing),
      removalIds: idsOf(doing, 'remove-field'),
      cutOffChecks: cutOffChecks(doing),
    },
  };
}

const merges = (steps: readonly NumberedStep[]): boolean =>
  [...idsOf(steps, 'add-to-join-collection'), ...idsOf(steps, 'fill-field')].length > 0;

/** What rollback asks also of a migrate that was cut off: where a unique index must be made again on a field whose removal has begun. */
const cutOffChecks = (steps: readonly NumberedStep[]) =>
  steps.flatMap(({ relationship, operations, undoChecks }) => {
    const removal = operations.find(({ kind }) => kind === 'remove-field');
    return undoChecks
      .filter(({ kind }) => kind === 'unlinked' || kind === 'shared')
      .map((check) => ({ relationship, ...check, operation: removal?.id }));
  });

const idsOf = (steps: readonly NumberedStep[], kind?: Operation['kind']): number[] =>
  steps.flatMap(({ operations }) =>
    operations.filter((operation) => kind === undefined || operation.kind === kind).map(({ id }) => id),
  );

/** A step with its place in the script; its operations have the numbers that the journal knows them by. */
type NumberedStep = Omit<Step, 'operations'> & {
  readonly number: number;
  readonly operations: readonly (Operation & { readonly id: number; readonly title: string })[];
};

function numbered(steps: readonly Step[]): NumberedStep[] {
  let id = 0;
  return steps.map((step, index) => ({
    ...step,
    number: index + 1,
    operations: step.operations.map((operation) => ({ ...operation, id: ++id, title: titleOf(operation) })),
  }));
}

/** What tells the journal of these scripts from that of others: what its numbers stand for. */
const fingerprintOf = (steps: readonly NumberedStep[]): string =>
  createHash('sha256')
    .update(JSON.stringify(steps.flatMap(({ operations }) => operations)))
    .digest('hex')
    .slice(0, 16);

/** The step as rollback takes it. */
const undo = (step: NumberedStep): NumberedStep => ({
  ...step,
  title: `Undo: ${step.title}`,
  operations: step.operations
    .flatMap((operation) => {
      const undone = inverse(operation);
      return undone ? [{ ...undone, id: operation.id, title: titleOf(undone) }] : [];
    })
    .reverse(),
});

function titleOf(operation: Operation): string {
  switch (operation.kind) {
    case 'create-join-collection':
      return `fill ${nameOf(operation.join)} from ${nameOf(operation.filledFrom)}`;
    case 'drop-join-collection':
      return `drop ${nameOf(operation.join)}`;
    case 'remove-field':
      return `remove ${nameOf(operation.field.links)}`;
    case 'add-to-join-collection':
      return `add to ${nameOf(operation.join)} what only ${nameOf(operation.from)} has`;
    case 'fill-field':
      return `add to ${nameOf(operation.into)} what only ${nameOf(operation.from)} has`;
    case 'restore-field':
      return `restore ${nameOf(operation.field.links)} from ${nameOf(operation.rebuiltFrom)}`;
  }
}

function goingAndComing({ steps }: MongoPlan): { fields: Links[]; joins: Links[] } {
  const operations = steps.flatMap((step) => step.operations);
  return {
    fields: operations.flatMap((operation) =>
      operation.kind === 'remove-field' ? [operation.field.links] : [],
    ),
    joins: operations.flatMap((operation) =>
      operation.kind === 'create-join-collection' ? [operation.join] : [],
    ),
  };
}

type Place = Links & { readonly index?: unknown };

/** Every place that holds links, under its name, seen from the end that a reader expects: the item first. */
function placesOf({ steps }: MongoPlan): Map<string, Place> {
  const places = new Map<string, Place>();
  const add = (links: Links, more: object = {}) =>
    places.set(nameOf(links), { ...(links.far === '_id' ? turned(links) : links), ...more });
  for (const { operations, checks } of steps) {
    for (const check of checks) if ('links' in check) add(check.links);
    for (const operation of operations) {
      if (operation.kind === 'create-join-collection') add(operation.join);
      if (operation.kind !== 'remove-field') continue;
      if (operation.keptIn.near === '_id' || operation.keptIn.far === '_id') add(operation.keptIn);
      add(operation.field.links, { index: operation.field.index });
    }
  }
  return places;
}

const isField = ({ near, far }: Links): boolean => near === '_id' || far === '_id';

/** `posts.authors` for a field, `post_authors_manies` for a join collection. */
export const nameOf = (links: Links): string =>
  isField(links) ? `${links.collection}.${links.near === '_id' ? links.far : links.near}` : links.collection;

const js = (value: unknown): string => (typeof value === 'string' ? quote(value) : inspect(value, WHOLE));

const WHOLE = { depth: null, maxArrayLength: null, maxStringLength: null, breakLength: 100, compact: 10 };

/** A string that can also be the key of an object literal, which inspect's template strings cannot. */
const quote = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

const jsHelpers = (places: ReadonlyMap<string, Place>) => ({
  js: (value: unknown) => js(value),
  jsIndented: (value: unknown) => js(value).replaceAll('\n', '\n  '),
  comment: (text: string) => wrapComment(text, '//'),
  sourcePlaces: (sources: readonly Source[]) => sourcePlaces(sources),
  placeName: nameOf,
  either: (condition: unknown, yes: string, no: string) => (condition ? yes : no),
  place: (links: Links) => {
    const name = nameOf(links);
    const reference = `places[${js(name)}]`;
    return places.get(name)?.near === links.near ? reference : `turned(${reference})`;
  },
});
