import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { program, runCli } from '../support/cli.ts';
import { temporaryFolder } from '../support/temporary.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const pause = new URL('../support/pause-at-change.mjs', import.meta.url).href;

/** A version is replaced by another one: files of both kinds, and some that go. */
const OLD = ['generate', 'index.ts', '--database', 'both', '--review', 'html'];
const NEW = ['generate', 'index.ts', '--database', 'postgres', '--reconcile', 'merge', '--replace'];

/** All files below a folder with their texts, hidden ones included. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );

async function mustSucceed(cwd: string, args: readonly string[]): Promise<void> {
  const { status, stderr } = await runCli(cwd, ...args);
  assert.is(status, 0, stderr);
}

/** Runs generate, and sends it a signal at the change of a file with that number; false where there are fewer. */
async function cutOff(
  cwd: string,
  { moment, signal }: { moment: number; signal: NodeJS.Signals },
): Promise<boolean> {
  const paused = join(await temporaryFolder(), 'paused');
  const child = spawn(process.execPath, ['--import', pause, program, ...NEW], {
    cwd,
    env: { ...process.env, PAUSE_AT: String(moment), PAUSED: paused },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  while (!existsSync(paused) && child.exitCode === null) await wait(10);
  child.kill(signal);
  await ended;
  return existsSync(paused);
}

interface Context {
  cwd: string;
  old: string;
  states: { old: Record<string, string>; new: Record<string, string> };
}

const test = suite<Context>('generate, cut off');

test.before(async (context) => {
  const cwd = await temporaryFolder();
  cpSync(join(root, 'test', 'fixtures', 'sample-blog'), cwd, { recursive: true });
  await mustSucceed(cwd, OLD);
  const old = await temporaryFolder();
  cpSync(join(cwd, 'out'), old, { recursive: true });
  await mustSucceed(cwd, NEW);
  Object.assign(context, { cwd, old, states: { old: contentOf(old), new: contentOf(join(cwd, 'out')) } });
});

function restore({ cwd, old }: Context): void {
  rmSync(join(cwd, 'out'), { recursive: true, force: true });
  cpSync(old, join(cwd, 'out'), { recursive: true });
}

test('Ctrl-C and SIGTERM at any change of a file: all is as before, or all is written', async (context) => {
  const { cwd, states } = context;
  assert.not.equal(states.old, states.new);
  let isThere = true;
  let moments = 0;
  for (let moment = 1; isThere; moment += 5) {
    restore(context);
    isThere = await cutOff(cwd, { moment, signal: moment % 2 === 0 ? 'SIGTERM' : 'SIGINT' });
    if (isThere) moments += 1;
    const content = contentOf(join(cwd, 'out'));
    const state = content['manifest.json'] === states.old['manifest.json'] ? 'old' : 'new';
    assert.equal(content, states[state], `cut off at change ${moment}`);
  }
  assert.ok(moments >= 5, `${moments} moments`);
});

test('Ctrl-C while lists are read ends it at once, with nothing written', async (context) => {
  restore(context);
  const child = spawn(process.execPath, [program, ...NEW], { cwd: context.cwd, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await wait(150);
  child.kill('SIGINT');
  assert.equal(await ended, [null, 'SIGINT']);
  assert.equal(contentOf(join(context.cwd, 'out')), context.states.old);
});

test('killed at any change of a file, the next run mends it', async (context) => {
  const { cwd, states } = context;
  let isThere = true;
  let halves = 0;
  for (let moment = 1; isThere; moment += 6) {
    restore(context);
    isThere = await cutOff(cwd, { moment, signal: 'SIGKILL' });
    const content = JSON.stringify(contentOf(join(cwd, 'out')));
    if (![JSON.stringify(states.old), JSON.stringify(states.new)].includes(content)) halves += 1;
    await mustSucceed(cwd, NEW);
    assert.equal(contentOf(join(cwd, 'out')), states.new, `killed at change ${moment}`);
  }
  assert.ok(halves >= 2, 'it was never killed half-way');
});

test.run();
