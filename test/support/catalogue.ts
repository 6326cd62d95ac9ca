import type pg from 'pg';
import { CATALOGUE } from '../../generator/rehearse/postgres/catalogue.ts';
import type { Schema } from './schema.ts';

/** The schema from the catalogue, for servers without pg_dump. */
export async function catalogueSchema(client: pg.Client): Promise<Schema> {
  await client.query(`set search_path to ''`);
  const { rows } = await client.query<{ line: string }>(CATALOGUE);
  const lines = rows.map(({ line }) => line).sort();
  return { text: lines.join('\n'), statements: lines };
}
