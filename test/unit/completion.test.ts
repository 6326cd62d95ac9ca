import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SHELLS } from '../../generator/command-line/completion.ts';
import { OPTIONS } from '../../generator/command-line/options.ts';
import { run } from '../support/command.ts';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

/** What the program answers a shell that asks how a line goes on; the last word is the one that is being typed. */
const answers = async (...words: string[]): Promise<string[]> => {
  const { stdout } = await runHere('.', '--get-yargs-completions', 'arcade-migrate', ...words);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/(?<!\\):.*/, ''));
};

test('commands, options of the command, and the values of each option that has a few', async () => {
  assert.equal(await answers(''), [
    'init',
    'generate',
    'relationships',
    'check',
    'lists',
    'rehearse',
    'templates',
    'completion',
    'help',
  ]);
  const options = await answers('relationships', '--');
  assert.ok(options.includes('--database') && options.includes('--no-color') && options.includes('--help'));
  assert.not(options.includes('--name'));
  assert.ok(
    options.every((option) => /^(--\w[\w-]+|-\w)$/.test(option)),
    options.join(' '),
  );
  for (const [name, option] of Object.entries(OPTIONS)) {
    if (option.type !== 'choice') continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    assert.equal(await answers('generate', 'index.js', flag, ''), [...option.choices], flag);
  }
  assert.equal(await answers('generate', '--database', 'm'), ['mongo']);
  assert.equal(await answers('completion', ''), SHELLS);
  assert.equal(await answers('generate', ''), [], 'so that the shell completes files');
});

test('bash completes with the script that is printed', async () => {
  const folder = await temporaryFolder();
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'arcade-migrate'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  chmodSync(join(bin, 'arcade-migrate'), 0o755);
  // What readline would set for the line, and the function that it would call.
  const complete = (...words: string[]) =>
    `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _arcade_migrate; echo "\${COMPREPLY[*]}"`;
  const script = [
    'source <(arcade-migrate completion bash)',
    complete('arcade-migrate', 'rel'),
    complete('arcade-migrate', 'check', 'index.js', '--reconcile', ''),
    complete('arcade-migrate', 'generate', '--lo'),
    'complete -p arcade-migrate',
  ].join('\n');
  const env = { PATH: `${bin}:${process.env.PATH}`, SHELL: '/bin/zsh' };
  const { stdout, stderr } = await run('bash', ['--norc', '-c', script], { cwd: folder, env });
  assert.is(stderr, '');
  assert.equal(stdout.trimEnd().split('\n'), [
    'relationships',
    'abort merge resolve discard',
    '--lock-timeout --locale',
    'complete -o bashdefault -o default -F _arcade_migrate arcade-migrate',
  ]);
});

test('a script for each shell; without a name that of $SHELL', async () => {
  for (const shell of SHELLS) {
    const { status, stdout } = await runHere('.', 'completion', shell);
    assert.is(status, 0);
    assert.match(stdout, `SHELL=${shell} arcade-migrate --get-yargs-completions`);
  }
  const unknown = await runHere('.', 'completion', 'csh');
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, 'name the shell: completion bash');
});

test.run();
