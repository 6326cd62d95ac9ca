import fs from 'node:fs';
import path from 'node:path';
import { test } from 'uvu';
import { type Project, readLists } from '../../generator/reader/index.ts';
import { seed as firstSeed } from '../support/seed.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { generate, type Program } from './programs/generate.ts';
import { type Outcome, runInNode } from './programs/run-in-node.ts';

/**
 * Random programs over the syntax and the built-ins of ES2023, TypeScript and CommonJS. Node itself says which lists one
 * creates. The reading says the same, or it has an error.
 */
const programs = Number(process.env.ARCADE_TEST_PROGRAMS ?? 5000);

function read(folder: string, program: Program): Project {
  for (const name of ['index.js', 'index.ts']) fs.rmSync(path.join(folder, name), { force: true });
  for (const [name, text] of Object.entries(program)) fs.writeFileSync(path.join(folder, name), text);
  return readLists([Object.keys(program)[0] ?? ''], { cwd: folder });
}

const linesOf = ({ lists }: Project): readonly string[] =>
  lists
    .flatMap(({ key, relationships }) => [
      key,
      ...relationships.map((field) => `${key}.${field.path} -> ${field.ref}${field.many ? ', many' : ''}`),
    ])
    .sort();

/** How a program was read; null where something was missed in silence. */
function judge(project: Project, outcome: Outcome): string | null {
  if (project.diagnostics.some(({ severity }) => severity === 'error')) return 'an error';
  if ('exception' in outcome)
    return project.secondReading?.outcome === 'not-confirmed' ? 'an exception' : null;
  return linesOf(project).join('\n') === outcome.lists.join('\n')
    ? (project.secondReading?.outcome ?? '')
    : null;
}

test(`reads ${programs} random programs as Node runs them, or says that it does not`, async () => {
  const folder = await temporaryFolder();
  const start = firstSeed * 1_000_000;
  console.log(`seeds ${start} to ${start + programs - 1}`);
  const tally = new Map<string, number>();
  const silent: string[] = [];
  for (let seed = start; seed < start + programs; seed += 1) {
    const program = generate(seed);
    const outcome = await runInNode(program);
    const project = read(folder, program);
    const judgement = judge(project, outcome);
    tally.set(judgement ?? 'silent', (tally.get(judgement ?? 'silent') ?? 0) + 1);
    if (judgement !== null || silent.length > 20) continue;
    const told = 'lists' in outcome ? outcome.lists : [outcome.exception];
    const body = Object.values(program)[0]?.split('module.exports')[1] ?? '';
    silent.push(
      [
        `seed ${seed} ${JSON.stringify(project.secondReading)}`,
        body,
        'Node:',
        ...told,
        'read:',
        ...linesOf(project),
      ].join('\n'),
    );
  }
  console.log([...tally].map(([judgement, count]) => `${judgement}: ${count}`).join(', '));
  if (silent.length > 0) throw new Error(silent.join('\n\n'));
});

test.run();
