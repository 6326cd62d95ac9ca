/** What `--layout` takes. `plain` is no runner's: files for psql and mongosh. */
export const LAYOUT_NAMES = [
  'plain',
  'flyway',
  'golang-migrate',
  'dbmate',
  'sqitch',
  'node-pg-migrate',
  'knex',
  'prisma',
  'graphile-migrate',
  'migrate-mongo',
] as const;

export type LayoutName = (typeof LAYOUT_NAMES)[number];

export type RunnerName = Exclude<LayoutName, 'plain'>;
