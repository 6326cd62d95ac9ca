import { planPostgres } from '../../plan/postgres/index.ts';
import { Refusal } from '../../refusal.ts';
import type { Relationship } from '../../relationships/index.ts';
import { runCycle } from '../cycle.ts';
import { undoOnInterrupt } from '../interrupt.ts';
import type { RehearsalOptions } from '../options.ts';
import type { Progress } from '../progress.ts';
import type { Rehearsal, Run, ScriptRun } from '../report.ts';
import {
  type RehearsedPlan,
  type RehearsedVersion,
  readScript,
  refuseLaidOut,
  relationshipsIn,
} from '../version.ts';
import { type Rehearsed, rehearsable } from './cycle.ts';
import { type Data, prepare } from './data.ts';
import { type DumpFile, openDump } from './dump-file.ts';
import { startEmbedded } from './embedded-session.ts';
import { extensionsOf } from './load-dump.ts';
import { runScript } from './run-script.ts';
import { empty, isEmpty, refuseNonEmpty } from './scratch.ts';
import { connect } from './server-session.ts';
import { type Session, select } from './session.ts';

/** The data of a dump that is larger than this is stored in a folder: memory grows slowly. */
const LARGE = 20_000_000;

/** Rehearses the PostgreSQL scripts of a version. Throws a Refusal if there are none, or if the data cannot be loaded. */
export async function rehearsePostgres(
  version: RehearsedVersion,
  options: RehearsalOptions,
  progress: Progress,
): Promise<Pick<Rehearsal, 'server' | 'data' | 'leftOut' | 'isDrifted' | 'runs'>> {
  const { plan } = version;
  const { postgres } = plan;
  if (postgres === null) {
    throw new Refusal(
      `${version.id} has no scripts for PostgreSQL.`,
      'To rehearse its MongoDB scripts, add --url mongodb://…',
    );
  }
  refuseLaidOut(version, 'postgres');
  const relationships = relationshipsIn(plan, postgres);
  const dump = options.dump === null ? null : await openDump(options.dump);
  const { schemaName } = postgres;

  const runs: Run[] = [];
  let server = '';
  let data: Data = { data: 'the rows in the database', leftOut: new Map() };
  const variants = await variantsOf(version, relationships, options);
  await withScratch(version, options, dump, progress, async (session, isOurs) => {
    server = await nameOf(session);
    for (const variant of variants) {
      if (isOurs) data = await prepare(session, plan, schemaName, relationships, dump, options, progress);
      runs.push(await runCycle(rehearsable(session, { schemaName, relationships, ...variant }), progress));
      if (isOurs) await empty(session);
    }
  });
  const leftOut = [...data.leftOut].map(([what, count]) => ({ what, count }));
  return { server, data: data.data, leftOut, isDrifted: options.drift !== null, runs };
}

type Variant = Pick<Rehearsed, 'reconcile' | 'script'>;

/** The scripts on disk. With --drift, also the scripts for each other --reconcile. */
async function variantsOf(
  version: RehearsedVersion,
  relationships: readonly Relationship[],
  options: RehearsalOptions,
): Promise<Variant[]> {
  const own: Variant = {
    reconcile: version.plan.reconcile,
    script: (name) => readScript(version, `${name}.sql`),
  };
  if (options.drift === null) return [own];
  // sql-formatter is slow to load.
  const { renderPostgres } = await import('../../render/postgres.ts');
  const templates = await options.templates();
  return (['abort', 'merge', 'resolve', 'discard'] as const).map((reconcile) => {
    if (reconcile === own.reconcile) return own;
    const scripts = renderPostgres(replan(version.plan, relationships), reconcile, templates);
    const texts = new Map(scripts.map(({ path, text }) => [path, text]));
    return { reconcile, script: (name: ScriptRun['name']) => texts.get(`postgres/${name}.sql`) ?? '' };
  });
}

function replan({ lists, postgres }: RehearsedPlan, relationships: readonly Relationship[]) {
  const { schemaName, lockTimeout } = postgres ?? { schemaName: 'public', lockTimeout: '5s' };
  return planPostgres(relationships, lists, { schemaName, lockTimeout }).plan;
}

/**
 * Runs work on a scratch database: an embedded one, or the one of --url. A database that was empty is emptied afterwards. Any
 * other database is rolled back if the rehearsal is interrupted.
 */
async function withScratch(
  version: RehearsedVersion,
  options: RehearsalOptions,
  dump: DumpFile | null,
  progress: Progress,
  work: (session: Session, isOurs: boolean) => Promise<void>,
): Promise<void> {
  if (options.url === null) {
    progress('starting PostgreSQL');
    const extensions = dump === null ? [] : await extensionsOf(dump);
    const isLarge = dump !== null && (dump.isCompressed ? dump.bytes * 5 : dump.bytes) > LARGE;
    const session = startEmbedded({ isLarge, extensions });
    await undoOnInterrupt(session.close, () => work(session, true)).finally(session.close);
    return;
  }
  const { url } = options;
  progress('connecting');
  const session = await connect(url);
  try {
    const isOurs = await isEmpty(session);
    if (!isOurs) await refuseNonEmpty(session, options);
    const [own] = await select<{ pid: number }>(session, 'select pg_backend_pid() as pid');
    const undoElsewhere = async () => {
      progress('cleaning up');
      const other = await connect(url);
      await terminate(other, own?.pid ?? 0);
      if (isOurs) await empty(other);
      else await runScript(other, 'rollback', readScript(version, 'rollback.sql'));
      await other.close();
    };
    await undoOnInterrupt(undoElsewhere, () =>
      work(session, isOurs).finally(() => (isOurs ? empty(session) : undefined)),
    );
  } finally {
    await session.close();
  }
}

/** Ends a connection, and waits until its current statement has stopped. */
async function terminate(session: Session, pid: number): Promise<void> {
  await session.query(`select pg_terminate_backend(${pid})`);
  const isThere = `select from pg_stat_activity where pid = ${pid}`;
  while ((await select(session, isThere)).length > 0) await session.query('select pg_sleep(0.05)');
}

async function nameOf(session: Session): Promise<string> {
  const [row] = await select<{ version: string }>(session, 'select version() as version');
  return (row?.version ?? '').replace(/ on .*$/, '');
}
