import type { Source } from '../diagnostics.ts';
import {
  inverse,
  type Links,
  locksOf,
  markChanges,
  type PostgresPlan,
  type Step,
  shapeOf,
} from '../plan/postgres/index.ts';
import { Refusal } from '../refusal.ts';
import { formatSql } from './format-sql.ts';
import { places } from './places.ts';
import { textOf } from './postgres-checks.ts';
import { dollarQuote, quoteIdentifier, quoteLiteral } from './quote-sql.ts';
import { SCRIPT_NAMES, type Script, type ScriptName } from './script.ts';
import { checksOf, summaryOf } from './steps.ts';
import { overridesIn, type Templates } from './template-files.ts';
import { makeRenderer, type TemplateData } from './templates.ts';
import { wrapComment } from './wrap.ts';

/** The four scripts of a PostgreSQL plan, formatted; some of them may be for a runner that has its own transaction. */
export function renderPostgres(
  plan: PostgresPlan,
  templates: Templates,
  inRunnersTransaction: readonly ScriptName[] = [],
): Script[] {
  const render = makeRenderer(templates, sqlHelpers(plan.schemaName));
  const data = dataOf(plan);
  const names = JSON.stringify(plan);
  const common = {
    schemaName: plan.schemaName,
    lockTimeout: plan.lockTimeout,
    quote: dollarQuote('arcade', names),
    innerQuote: dollarQuote('question', names),
    makesTables: plan.steps.some(({ operations }) =>
      operations.some(({ kind }) => kind === 'create-join-table' || kind === 'drop-join-table'),
    ),
  };
  return SCRIPT_NAMES.map((name) => {
    const path = `postgres/${name}.sql`;
    const isInRunnersTransaction = inRunnersTransaction.includes(name);
    const sql = render(`postgres/${name}`, { ...common, isInRunnersTransaction, ...data[name] });
    return { path, text: formatted(path, sql, templates) };
  });
}

/** What cannot be formatted is no SQL, which is for the user to mend where they have overridden templates. */
function formatted(path: string, sql: string, templates: Templates): string {
  try {
    return formatSql(sql);
  } catch (error) {
    const overrides = overridesIn(templates);
    if (overrides.length === 0 || !(error instanceof Error)) throw error;
    throw new Refusal(
      `${path} is no SQL: ${error.message.split('\n')[0]}`,
      `Nothing was written. Look at ${overrides.map(({ file }) => file).join(', ')}.`,
    );
  }
}

function dataOf(plan: PostgresPlan): Record<ScriptName, TemplateData> {
  const { steps } = plan;
  const [before, after] = [shapeOf(plan, 'before'), shapeOf(plan, 'after')];
  const ask = (when: Parameters<typeof checksOf>[1]) =>
    checksOf(steps, when).map((check) => ({ ...check, ...textOf(check) }));
  const doing = numbered(steps.filter(({ operations }) => operations.length > 0));
  const undoing = numbered(doing.map(undo).reverse());
  return {
    preflight: {
      summary: plan.notes.length > 0 ? ['', ...plan.notes] : [],
      locks: locksOf(plan, 'locks'),
      shape: markChanges(before, after, false),
      exactNames: false,
      checks: ask('checks'),
    },
    migrate: {
      summary: summaryOf(doing, steps),
      shape: markChanges(before, after, false),
      exactNames: false,
      names: before.filter(({ name }) => name !== null),
      locks: locksOf(plan, 'locks'),
      checks: ask('checks').filter(({ blocking }) => blocking),
      steps: doing,
    },
    verify: {
      summary: [],
      locks: [],
      shape: markChanges(after, before, true),
      exactNames: true,
      checks: ask('verifyChecks'),
    },
    rollback: {
      summary: summaryOf(undoing, steps),
      shape: markChanges(after, before, true),
      exactNames: true,
      locks: locksOf(plan, 'undoLocks'),
      checks: ask('undoChecks'),
      steps: undoing,
    },
  };
}

type NumberedStep = Step & { readonly number: number };

const numbered = (steps: readonly Step[]): NumberedStep[] =>
  steps.map((step, index) => ({ number: index + 1, ...step }));

/** The step as rollback takes it. */
const undo = (step: Step): Step => ({
  ...step,
  title: `Undo: ${step.title}`,
  operations: step.operations
    .map(inverse)
    .filter((operation) => operation !== null)
    .reverse(),
});

const sqlHelpers = (schemaName: string) => ({
  ident: quoteIdentifier,
  table: (name: string) => `${quoteIdentifier(schemaName)}.${quoteIdentifier(name)}`,
  literal: quoteLiteral,
  literalOrNull: (text: string | null) => (text === null ? 'NULL' : quoteLiteral(text)),
  comment: (text: string) => wrapComment(text, '--'),
  places: (sources: readonly Source[]) => places(sources),
  /** A row of a join table is a link; a row of a list's table only where its column is filled. */
  where: ({ near, far }: Links) => {
    const column = near === 'id' ? far : near;
    return near === 'id' || far === 'id' ? ` WHERE ${quoteIdentifier(column)} IS NOT NULL` : '';
  },
});
