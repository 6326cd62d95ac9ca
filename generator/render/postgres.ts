import type Handlebars from 'handlebars';
import type {
  ForeignKeyColumn,
  JoinTable,
  PostgresPlan,
  PostgresStep,
  Stored,
} from '../plan/postgres/index.ts';
import { addsLinks, type Reconcile, setsAside } from '../plan/reconcile.ts';
import { dollarQuote, qualifiedName, quoteIdentifier, quoteLiteral } from '../text/quote-sql.ts';
import { wrapComment } from '../text/wrap.ts';
import { fill, formatSql } from './format-sql.ts';
import { places } from './places.ts';
import { SCRIPT_NAMES, type Script, type ScriptName } from './script.ts';
import type { Templates } from './template-files.ts';
import { makeRenderer, type TemplateData } from './templates.ts';

/** The four scripts of a PostgreSQL plan. */
export function renderPostgres(plan: PostgresPlan, reconcile: Reconcile, templates: Templates): Script[] {
  const render = makeRenderer(templates, sqlHelpers(plan.schemaName));
  const common = commonData(plan, reconcile);
  const data: Readonly<Record<ScriptName, TemplateData>> = {
    preflight: keptNamesOf(plan.steps),
    migrate: namesOf(plan.steps.map(({ after }) => after)),
    verify: namesOf(plan.steps.map(({ after }) => after)),
    rollback: {
      ...namesOf(plan.steps.flatMap(restoredBy)),
      steps: numbered(plan.steps.toReversed(), plan.schemaName),
    },
  };
  return SCRIPT_NAMES.map((name) => ({
    path: `postgres/${name}.sql`,
    text: render(`postgres/${name}`, { ...common, ...data[name] }),
  }));
}

function commonData(plan: PostgresPlan, reconcile: Reconcile): TemplateData {
  const { steps } = plan;
  const oldTables = steps.flatMap(({ kept, dropped }) => [kept, dropped].filter(isTable));
  const oldNames = new Set(oldTables.map(({ name }) => name));
  const newTables = steps.flatMap(({ after }) => (isTable(after) ? [after] : []));
  const droppedTables = steps.flatMap(({ dropped }) => (isTable(dropped) ? [dropped] : []));
  const droppedColumns = steps.flatMap(({ dropped }) => (dropped?.kind === 'column' ? [dropped] : []));
  const adds = addsLinks(reconcile);
  /** Whether old Keystone has no table with the new name. If there is one before the migration, Keystone 8 has created it. */
  const isNew = ({ after }: PostgresStep) => isTable(after) && !oldNames.has(after.name);
  const isMade = (step: PostgresStep) => adds && step.kept !== null && isNew(step);
  const madeTables = steps.filter(isMade).map(({ after }) => after);
  const presentTables = byName([...oldTables, ...madeTables.filter(isTable)]);
  return {
    ...plan,
    reconcile,
    adds,
    setsAside: setsAside(reconcile),
    resolves: reconcile === 'resolve',
    quote: dollarQuote('arcade', JSON.stringify(plan)),
    steps: numbered(steps, plan.schemaName).map((step) => ({
      ...step,
      madeLinks: isMade(step) ? linksOf(step.after) : null,
    })),
    /** The join tables that migrate reads. */
    presentTables,
    /**
     * Whether migrate creates what old Keystone did not create. If only one table or column is dropped, a database without it is
     * already migrated.
     */
    needsStandIns: steps.length > 1 || presentTables.length > 1,
    witness: witnessOf(steps, droppedTables, droppedColumns),
    droppedTables,
    droppedColumns,
    keptTables: steps.flatMap(({ kept }) => (isTable(kept) ? [kept] : [])),
    /** The names that the migration removes, and that the user's functions may use. */
    changedNames: [...oldNames, ...droppedColumns.map(({ name }) => name)],
    /** The tables of old Keystone that the migration drops or renames. */
    removedTables: [...oldNames].filter((name) => !newTables.some((table) => table.name === name)),
    /** The steps whose new table name must be free before the migration. */
    moves: steps.filter(isNew),
    newTables,
    /** The tables that must exist before the migration; then those that must exist after it. */
    ownedTables: [...plan.lists, ...byName(oldTables).map(({ name }) => name)],
    requiredTables: [...plan.lists, ...newTables.map(({ name }) => name)],
    createdTables: steps.flatMap(({ kept, after }) => (kept === null && isTable(after) ? [after] : [])),
  };
}

const byName = (tables: readonly JoinTable[]): JoinTable[] =>
  tables.toSorted((a, b) => (a.name < b.name ? -1 : 1));

/**
 * What tells a migrated database from an old one. migrate does all or nothing, so one renamed or created table is enough.
 * If there is none, the dropped tables and columns must all be missing.
 */
function witnessOf(
  steps: readonly PostgresStep[],
  tables: readonly JoinTable[],
  columns: readonly ForeignKeyColumn[],
) {
  const names = (sides: readonly (Stored | null)[]) => new Set(sides.filter(isTable).map(({ name }) => name));
  const before = names(steps.flatMap(({ kept, dropped }) => [kept, dropped]));
  const after = names(steps.map((step) => step.after));
  const moved = steps.find((step) => isTable(step.after) && !before.has(step.after.name));
  if (!moved || !isTable(moved.after)) return { after: null, before: null, tables, columns };
  const isGone = isTable(moved.kept) && !after.has(moved.kept.name);
  return { after: moved.after.name, before: isGone ? moved.kept.name : null, tables: [], columns: [] };
}

const isTable = (side: Stored | null): side is JoinTable => side?.kind === 'table';

/** The sides that rollback rebuilds or renames: all but a kept column, which migrate does not change. */
const restoredBy = ({ kept, dropped }: PostgresStep): Stored[] => [
  ...(isTable(kept) ? [kept] : []),
  ...(dropped ? [dropped] : []),
];

const numbered = (steps: readonly PostgresStep[], schemaName: string) =>
  steps.map((step, index) => ({ number: index + 1, ...step, ...detailsOf(step, schemaName) }));

/** What the templates need to know of a step besides its own data. */
function detailsOf(step: PostgresStep, schemaName: string) {
  const { kept, after, dropped } = step;
  return {
    change: changeOf(step),
    places: places(step.sources),
    keptLinks: kept && linksOf(kept),
    afterLinks: linksOf(after),
    droppedLinks: dropped && reversed(linksOf(dropped)),
    renames: isTable(kept) && isTable(after) ? renamesOf(kept, after) : [],
    undoRenames: isTable(kept) && isTable(after) ? renamesOf(after, kept) : [],
    undoTitle: undoTitleOf(step),
    /** Whether several links of the dropped side may have to share one place on the kept side. */
    linksCompete: after.kind === 'column' && after.unique !== null && isTable(dropped),
    deleteDangling: kept === null ? [] : deleteDanglingLinks(kept, schemaName),
    hasRoomForOne: after.kind === 'column' && (after.unique !== null || dropped?.kind === 'column'),
  };
}

/** The name of the templates for this step. */
function changeOf({ kept, dropped }: PostgresStep): string {
  if (kept === null) return 'create-table';
  if (isTable(kept)) return 'rename-table';
  return isTable(dropped) ? 'drop-table' : 'drop-column';
}

/** The statements that delete links to missing rows. */
function deleteDanglingLinks(side: Stored, schemaName: string): string[] {
  const table = (name: string) => qualifiedName(schemaName, name);
  const isMissing = (column: string, list: string) =>
    `${quoteIdentifier(column)} NOT IN (SELECT "id" FROM ${table(list)})`;
  if (isTable(side)) {
    const { near, far } = side;
    return [near, far].map(
      (end) => `DELETE FROM ${table(side.name)} WHERE ${isMissing(end.name, end.references)};`,
    );
  }
  const { table: list, name, references } = side;
  return [`UPDATE ${table(list)} SET ${quoteIdentifier(name)} = NULL WHERE ${isMissing(name, references)};`];
}

/** What rollback does, such as `create table "User_posts"`. */
function undoTitleOf({ kept, after, dropped }: PostgresStep): string {
  if (kept === null && isTable(after)) return `drop table ${quoteIdentifier(after.name)}`;
  const made = isTable(dropped)
    ? [`create table ${quoteIdentifier(dropped.name)}`]
    : dropped
      ? [`add column ${linksOf(dropped).name}`]
      : [];
  const renamed =
    isTable(kept) && isTable(after)
      ? [`rename table ${quoteIdentifier(after.name)} to ${quoteIdentifier(kept.name)}`]
      : [];
  return [...renamed, ...made].join(', ');
}

/** A table or column to read links from: pairs (near, far), as the kept side sees them. */
interface Links {
  readonly table: string;
  /** `"User_posts"`, or `"Post"."author"`. */
  readonly name: string;
  readonly near: string;
  readonly far: string;
  readonly nearList: string;
  readonly farList: string;
  readonly nearTable: string;
  readonly farTable: string;
  /** The column that is null in a row without a link; null for a join table. */
  readonly column: string | null;
}

const linksOf = (side: Stored): Links =>
  isTable(side)
    ? {
        ...{ table: side.name, name: quoteIdentifier(side.name), column: null },
        ...{ near: side.near.name, far: side.far.name, nearList: side.near.list, farList: side.far.list },
        ...{ nearTable: side.near.references, farTable: side.far.references },
      }
    : {
        ...{ table: side.table, name: qualifiedName(side.table, side.name) },
        ...{ near: 'id', far: side.name, nearList: side.list, farList: side.refList, column: side.name },
        ...{ nearTable: side.table, farTable: side.references },
      };

const reversed = (links: Links): Links => ({
  ...links,
  ...{ near: links.far, far: links.near, nearList: links.farList, farList: links.nearList },
  ...{ nearTable: links.farTable, farTable: links.nearTable },
});

/** If a new column name is still taken by the other column, the other column is renamed first: `Post_left_id` of a list `Post_left`. */
function renamesOf(from: JoinTable, to: JoinTable) {
  const near = { from: from.near.name, to: to.near.name };
  const far = { from: from.far.name, to: to.far.name };
  return near.to === far.from ? [far, near] : [near, far];
}

/** A column with a foreign key, and the prefix of the names of its foreign key and index. */
interface Name {
  readonly table: string;
  readonly column: string;
  readonly references: string;
  readonly rule: 'CASCADE' | 'NO ACTION';
  readonly prefix: string;
  /** Its index or unique constraint; null for neither. */
  readonly kind: 'index' | 'unique' | null;
}

/** The names of the foreign keys and indexes of these sides. */
function namesOf(sides: readonly Stored[]) {
  const names = sides.flatMap((side): Name | Name[] => {
    if (!isTable(side)) {
      const { table, name: column, references, prefix, unique, index } = side;
      const kind = unique ? 'unique' : index ? 'index' : null;
      return { table, column, references, prefix, rule: 'NO ACTION', kind };
    }
    return [side.near, side.far].map(({ name: column, references, prefix }) => ({
      ...{ table: side.name, column, references, prefix, rule: 'CASCADE', kind: 'index' },
    }));
  });
  return {
    names,
    /** Whether a column has a unique constraint, or no index. */
    hasKinds: names.some(({ kind }) => kind !== 'index'),
    hasOwnPrefixes: names.some(hasOwnPrefix),
    hasTables: sides.some(isTable),
  };
}

/** Whether `lower()` of table and column is not the prefix: a name was cut or taken, or `lower()` depends on the locale. */
const hasOwnPrefix = ({ table, column, prefix }: Name): boolean =>
  prefix !== `${table}_${column}`.toLowerCase() || /[^\0-\x7f]/.test(prefix);

/** The names on the kept sides before the migration, each with the new name. */
function keptNamesOf(steps: readonly PostgresStep[]) {
  const kept = steps.flatMap(({ kept, after }) => (kept === null ? [] : [{ kept, after }]));
  const before = namesOf(kept.map(({ kept }) => kept));
  const after = namesOf(kept.map(({ after }) => after));
  return {
    ...before,
    hasOwnPrefixes: before.hasOwnPrefixes || after.hasOwnPrefixes,
    names: before.names.map((name, index) => {
      const { table: newTable, column: newColumn, prefix: newPrefix } = after.names[index] ?? name;
      return { ...name, newTable, newColumn, newPrefix };
    }),
  };
}

function sqlHelpers(schemaName: string): Handlebars.HelperDeclareSpec {
  const table = (name: string) => qualifiedName(schemaName, name);
  return {
    ident: quoteIdentifier,
    table,
    literal: quoteLiteral,
    reversed,
    comment: (marker: string, text: string) => wrapComment(text, marker, 136),
    /** A string literal for RAISE or format(), from its parts. Only a part that is `%`, `%s` or `%I` is a placeholder. */
    message: (...parts: unknown[]) => quoteLiteral(parts.slice(0, -1).map(partOfMessage).join('')),
    /** A formatted statement, with this many spaces before each line. */
    sql(this: unknown, indent: number, { fn }: Handlebars.HelperOptions) {
      return formatSql(fn(this), indent);
    },
    /** A refusal, on one line if that is not too long. */
    refuse(indent: number, condition: string, raise: string) {
      const words = [`IF ${condition} THEN`, `RAISE EXCEPTION ${raise} USING HINT = advice; END IF;`];
      return ' '.repeat(indent) + fill(words, indent).replace('\n', '\n  ');
    },
    /** The items, with commas between them. Each is on a line of its own if the block is. */
    rows(items: readonly unknown[], { fn }: Handlebars.HelperOptions) {
      const rows = items.map((item) => fn(item));
      return rows[0]?.endsWith('\n') ? `${rows.map((row) => row.trimEnd()).join(',\n')}\n` : rows.join(', ');
    },
    /** Words, on as few lines as possible. */
    words(this: unknown, indent: number, { fn }: Handlebars.HelperOptions) {
      return fill(fn(this).split('\n').filter(Boolean), indent);
    },
  };
}

const partOfMessage = (part: unknown): string =>
  part === '%' || part === '%s' || part === '%I' ? part : String(part).replaceAll('%', '%%');
