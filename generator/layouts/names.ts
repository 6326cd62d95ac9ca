/** The values of `--layout`. `plain` stands for files for psql and mongosh, without a runner. */
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
