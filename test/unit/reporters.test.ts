import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log, Run } from 'sarif';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes, type Diagnostic } from '../../generator/diagnostics.ts';
import { githubAnnotation } from '../../generator/reporters/github.ts';
import { sarifLog } from '../../generator/reporters/sarif.ts';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const faults = fileURLToPath(new URL('../fixtures/faults', import.meta.url));

const odd: Diagnostic = {
  code: 'AM1004',
  severity: 'warning',
  message: '100%: a, b\r\nc',
  help: 'Do: it.',
  source: { file: 'lists/a:b,c%d é #1.js', line: 3, column: 7 },
};

/** Runs something as if GitHub Actions did. */
async function inActions<T>(workspace: string, work: () => T | Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace });
  try {
    return await work();
  } finally {
    for (const name of ['GITHUB_ACTIONS', 'GITHUB_WORKSPACE']) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

test('an annotation is one line, with nothing that GitHub would take for its end', async () => {
  assert.is(
    await inActions('', () => githubAnnotation(odd, '/project')),
    '::warning file=lists/a%3Ab%2Cc%25d é #1.js,line=3,col=7,title=arcade-migrate AM1004::100%25: a, b%0D%0Ac%0ADo: it.',
  );
});

test('files are named from the root of the checkout, where that is known and they are in it', async () => {
  const fileFrom = (workspace: string, cwd: string) =>
    inActions(
      workspace,
      () =>
        /file=([^,]*)/.exec(githubAnnotation({ ...odd, source: { ...odd.source, file: 'a.js' } }, cwd))?.[1],
    );
  assert.is(await fileFrom('/work/blog', '/work/blog/cms'), 'cms/a.js');
  assert.is(await fileFrom('/work/blog', '/work/blog'), 'a.js');
  assert.is(await fileFrom('/work/blog', '/elsewhere'), 'a.js');
  assert.is(await fileFrom('', '/work/blog/cms'), 'a.js');
});

test('a SARIF log has a rule for every code, and names files by relative URIs', async () => {
  const { version, runs } = await inActions('', () => sarifLog([odd], '/project'));
  assert.is(version, '2.1.0');
  const [run] = runs;
  const rules = run?.tool.driver.rules ?? [];
  assert.equal(
    rules.map(({ id }) => id),
    Object.keys(codes),
  );
  for (const { help, shortDescription } of rules) assert.ok(help?.text && shortDescription?.text);
  const [result] = run?.results ?? [];
  assert.is(rules[result?.ruleIndex ?? -1]?.id, 'AM1004');
  assert.equal(result?.message, { text: '100%: a, b\r\nc Do: it.' });
  assert.equal(
    [result?.level, result?.locations],
    [
      'warning',
      [
        {
          physicalLocation: {
            artifactLocation: { uri: 'lists/a%3Ab%2Cc%25d%20%C3%A9%20%231.js' },
            region: { startLine: 3, startColumn: 7 },
          },
        },
      ],
    ],
  );
});

test('the command line: text, github where Actions runs it, sarif alone on stdout', async () => {
  const relationships = (...args: string[]) => runHere(faults, 'relationships', 'unknown-ref.js', ...args);
  const annotation =
    '::error file=unknown-ref.js,line=11,col=35,title=arcade-migrate AM1004::The ref of Post.author';
  const text = await relationships();
  assert.not.match(text.stderr, '::');
  assert.match((await relationships('--reporter', 'github')).stderr, `unknown-ref.js:11:35 error AM1004`);

  const root = join(faults, '../../..');
  const actions = await inActions(root, () => relationships());
  assert.match(actions.stderr, annotation.replace('unknown-ref', 'test/fixtures/faults/unknown-ref'));
  assert.is(actions.stdout, text.stdout);
  assert.not.match((await inActions(root, () => relationships('--json'))).stderr, '::');
  assert.match((await relationships('--json', '--reporter', 'github')).stderr, annotation);
  assert.is((await inActions(root, () => relationships('--reporter', 'text'))).stderr, text.stderr);

  const sarif = await relationships('--reporter', 'sarif');
  assert.is(sarif.status, 1);
  const { runs } = JSON.parse(sarif.stdout);
  assert.equal(
    runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId),
    ['AM1004'],
  );
  const both = await relationships('--reporter', 'sarif', '--json');
  assert.is(both.status, 2);
  assert.match(both.stderr, '--reporter sarif and --json both want stdout');
});

test('what check finds is reported too, each at its place', async () => {
  const cwd = await temporaryFolder();
  const lists = "const keystone = new Keystone({});\nkeystone.createList('User', { fields: {} });\n";
  const post = (fields: string) => `keystone.createList('Post', {\n  fields: { ${fields} },\n});\n`;
  const head =
    "const { Keystone } = require('@keystonejs/keystone');\nconst { Relationship } = require('@keystonejs/fields');\n";
  const write = (fields: string) => writeFileSync(join(cwd, 'index.js'), head + lists + post(fields));
  write("author: { type: Relationship, ref: 'User' }, fan: { type: Relationship, ref: 'User', many: true }");
  const options = ['index.js', '--database', 'mongo', '--quiet'];
  assert.is((await runHere(cwd, 'generate', ...options)).status, 0);
  write(
    "author: { type: Relationship, ref: 'User', many: true },\n    editors: { type: Relationship, ref: 'User', many: true }",
  );
  const version = join(cwd, 'out/0001_arcade');
  appendFileSync(join(version, 'mongo/migrate.js'), '// mine\n');
  rmSync(join(version, 'mongo/verify.js'));

  const sarif = await runHere(cwd, 'check', ...options, '--reporter', 'sarif');
  assert.is(sarif.status, 1);
  const [{ results = [] } = {}] = (JSON.parse(sarif.stdout) as Log).runs as Partial<Run>[];
  const found = results.map(({ ruleId, locations: [place] = [] }) => {
    const { artifactLocation, region } = place?.physicalLocation ?? {};
    return `${ruleId} ${artifactLocation?.uri}:${region?.startLine}`;
  });
  assert.equal(found, [
    'AM4001 index.js:7',
    'AM4002 index.js:6',
    'AM4003 out/manifest.json:1',
    'AM4004 out/0001_arcade/mongo/migrate.js:1',
    'AM4005 out/manifest.json:1',
  ]);
  const github = await runHere(cwd, 'check', ...options, '--reporter', 'github');
  assert.is(github.stderr.match(/^::error file=/gm)?.length, 5);
  assert.match(github.stdout, 'not covered: Post.editors -> User');
});

test('an option that changed is one finding, whatever number of relationships there are', async () => {
  const cwd = await temporaryFolder();
  const blog = relative(cwd, fileURLToPath(new URL('../fixtures/sample-blog/index.ts', import.meta.url)));
  await runHere(cwd, 'generate', blog, '--database', 'postgres');
  const options = ['check', blog, '--database', 'postgres', '--reconcile', 'merge', '--reporter'];
  const { stdout } = await runHere(cwd, ...options, 'sarif');
  const [{ results = [] } = {}] = (JSON.parse(stdout) as Log).runs as Partial<Run>[];
  assert.equal(
    results.map(({ ruleId, message }) => [ruleId, message.text]),
    [
      [
        'AM4002',
        '0001_arcade was written with --reconcile abort; now merge. If that version was not run yet, generate --replace rewrites it.',
      ],
    ],
  );
  const github = await runHere(cwd, ...options, 'github');
  assert.is(github.stderr.match(/^::error file=out\/manifest\.json,line=1,/gm)?.length, 1);
});

test('files of a version that are edited, missing and extra are annotated each with its code, its place and its cure', async () => {
  const cwd = await temporaryFolder();
  const lists = fileURLToPath(new URL('../fixtures/sample-blog/index.ts', import.meta.url));
  const blog = relative(cwd, lists);
  await runHere(cwd, 'generate', blog, '--database', 'postgres');
  const folder = join(cwd, 'out', '0001_arcade', 'postgres');
  appendFileSync(join(folder, 'migrate.sql'), '-- mine\n');
  rmSync(join(folder, 'verify.sql'));
  writeFileSync(join(folder, 'notes.sql'), '-- mine\n');
  const { status, stdout } = await runHere(
    cwd,
    ...['check', blog, '--database', 'postgres', '--reporter', 'sarif'],
  );
  assert.is(status, 1);
  const log: Log = JSON.parse(stdout);
  const found = (log.runs[0]?.results ?? []).map(({ ruleId, message, locations }) => [
    ruleId,
    locations?.[0]?.physicalLocation?.artifactLocation?.uri,
    message.text,
  ]);
  const restore = 'Restore it from version control, or rewrite the version: generate --replace --force.';
  assert.equal(found.sort(), [
    [
      'AM4004',
      'out/0001_arcade/postgres/migrate.sql',
      `out/0001_arcade/postgres/migrate.sql is edited: the version is not as generate wrote it. ${restore}`,
    ],
    [
      'AM4005',
      'out/manifest.json',
      `out/0001_arcade/postgres/verify.sql is missing: the version is not as generate wrote it. ${restore}`,
    ],
    [
      'AM4006',
      'out/0001_arcade/postgres/notes.sql',
      'out/0001_arcade/postgres/notes.sql is extra: the version is not as generate wrote it. Move it out of the folder of the version, or delete it.',
    ],
  ]);
});

test.run();
