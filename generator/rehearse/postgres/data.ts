import { Refusal } from '../../refusal.ts';
import type { Relationship } from '../../relationships/index.ts';
import { qualifiedName } from '../../text/quote-sql.ts';
import { sidesOf } from '../links.ts';
import { makeData } from '../made-data.ts';
import type { RehearsalOptions } from '../options.ts';
import type { Progress } from '../progress.ts';
import type { RehearsedPlan } from '../version.ts';
import { type Column, readColumns } from './columns.ts';
import type { DumpFile } from './dump-file.ts';
import { fill, rulesOf } from './fill.ts';
import { loadDump } from './load-dump.ts';
import { oldSchema } from './old-schema.ts';
import { type Session, select } from './session.ts';

/** A description of the data, and which statements of a dump were left out. */
export interface Data {
  readonly data: string;
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Turns an empty database into one of old Keystone, from the dump or the plan. Generates rows if the dump has none. */
export async function prepare(
  session: Session,
  plan: RehearsedPlan,
  schemaName: string,
  relationships: readonly Relationship[],
  dump: DumpFile | null,
  options: RehearsalOptions,
  progress: Progress,
): Promise<Data> {
  const sides = relationships.flatMap(sidesOf);
  const lists = [...new Set(sides.flatMap(({ list, refList }) => [list, refList]))];
  let leftOut: Data['leftOut'] = new Map();
  if (dump === null) {
    const planned = plan.lists.filter(({ key }) => lists.includes(key));
    for (const statement of oldSchema(schemaName, planned, sides)) await session.query(statement);
  } else {
    leftOut = await loadDump(session, dump, progress);
  }
  const tables = await readColumns(session, schemaName, lists);
  if (await hasRows(session, schemaName, tables)) {
    if (options.drift !== null) {
      throw new Refusal(
        `${options.dump} contains rows, but --drift breaks only the links of generated rows.`,
        'Leave out --drift, or create a dump without rows: pg_dump --schema-only',
      );
    }
    return { data: `the rows of ${options.dump}`, leftOut };
  }
  progress('making rows');
  const where = dump === null ? '' : ` in the schema of ${options.dump}`;
  const made = makeData([...tables.keys()], relationships, rulesOf(tables), options, where);
  await fill(session, schemaName, tables, relationships, made.dataset);
  return { data: made.about, leftOut };
}

async function hasRows(
  session: Session,
  schemaName: string,
  tables: ReadonlyMap<string, readonly Column[]>,
): Promise<boolean> {
  for (const list of tables.keys()) {
    const rows = await select(session, `select from ${qualifiedName(schemaName, list)} limit 1`);
    if (rows.length > 0) return true;
  }
  return false;
}
