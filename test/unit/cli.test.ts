import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { COMMANDS } from '../../generator/commands/index.ts';
import { runCli } from '../support/cli.ts';
import { runHere } from '../support/in-process.ts';
import { temporaryFolder } from '../support/temporary.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

/** A copy of the sample blog that a test can change. */
async function sampleBlog(): Promise<string> {
  const folder = await temporaryFolder();
  cpSync(join(fixtures, 'sample-blog'), folder, { recursive: true });
  return folder;
}

/** What a command says on stderr where both readings agree. */
const confirmed = 'Confirmed: a run of the list files in an isolated engine found the same lists.\n';

test('--help and --version', async () => {
  const help = await runCli(fixtures, '--help');
  assert.is(help.status, 0);
  for (const command of ['generate', 'relationships', 'check']) assert.match(help.stdout, command);
  const version = await runCli(fixtures, '--version');
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
});

test('help <command> is what <command> --help is; -V, -h, -o and -q are short for options', async () => {
  const [help, said] = [await runHere(fixtures, 'help', 'check'), await runHere(fixtures, 'check', '--help')];
  assert.equal(help, said);
  assert.match(
    help.stdout,
    /^ {2}-o, --out .*\n(.*\n)* {2}-q, --quiet .*\n(.*\n)* {2}-h, --help .*\n {2}-V, --version /m,
  );
  assert.equal(await runHere(fixtures, 'help'), await runHere(fixtures, '-h'));
  assert.equal(await runHere(fixtures, '-V'), await runHere(fixtures, '--version'));
  const folder = await sampleBlog();
  const { status, stderr } = await runHere(folder, 'generate', 'index.ts', '-q', '-o', 'scripts');
  assert.equal([status, stderr], [0, '']);
  assert.equal(readdirSync(join(folder, 'scripts')), ['0001_arcade', 'manifest.json']);
});

test('the help is as wide as the terminal, from 80 columns on', async () => {
  const { columns } = process.stdout;
  const widths: number[] = [];
  for (const width of [undefined, 40, 100]) {
    process.stdout.columns = width as number;
    const pages: string[] = [];
    for (const command of [[], ...COMMANDS.map(({ name }) => [name])]) {
      pages.push((await runHere(fixtures, ...command, '--help')).stdout);
    }
    widths.push(
      Math.max(
        ...pages
          .join('')
          .split('\n')
          .map(({ length }) => length),
      ),
    );
  }
  process.stdout.columns = columns;
  assert.equal(widths, [80, 80, 100]);
});

test('wrong usage is exit status 2, one message, nothing on stdout', async () => {
  for (const [args, message] of [
    [[], 'name a command'],
    [['generat', 'x.js'], 'generat is not a command. Did you mean generate?'],
    [['generat', '--help'], 'generat is not a command. Did you mean generate?'],
    [['generate'], 'no entry file was given'],
    [['generate', 'x.js', '--frobnicate'], '--frobnicate is not an option of generate\n'],
    [['check', 'x.js', '--reconsile=merge'], 'Did you mean --reconcile?'],
    [['check', 'x.js', '--no-json'], '--no-json is not an option'],
    [['generate', 'x.js', '--database', 'mysql'], '--database is not one of postgres, mongo, both'],
    [['generate', 'x.js', '--out'], '--out needs a value\n'],
    [['generate', 'x.js', '-o'], '-o needs a value\n'],
    [['generate', 'x.js', '-qo'], '-o needs a value\n'],
    [['generate', 'x.js', '-oq'], '--out needs a value\n'],
    [['generate', 'x.js', '--dry'], '--dry is not an option of generate. Did you mean --dry-run?'],
    [['generate', 'x.js', '--no-colour'], 'Did you mean --no-color?'],
    [['generate', 'x.js', '-x'], '-x is not an option of generate\n'],
    [['--verison'], '--verison is not an option of arcade-migrate. Did you mean --version?'],
    [['completion', 'bash', '--forse'], '--forse is not an option of completion\n'],
    [['help', 'chek'], 'chek is not a command. Did you mean check?'],
    [['relationships', 'x.js', '--name', 'x'], '--name is not an option of relationships'],
  ] as const) {
    const { status, stdout, stderr } = await runHere(fixtures, ...args);
    assert.is(status, 2, args.join(' '));
    assert.is(stdout, '');
    assert.match(stderr, message);
    assert.not.match(stderr, /^\s+at /m);
  }
});

test('faults in the lists are exit status 1, with nothing written', async () => {
  const faults = join(fixtures, 'faults');
  for (const file of [...readdirSync(faults), 'does-not-exist.js']) {
    const out = join(await temporaryFolder(), 'out');
    const { status, stderr } = await runHere(faults, 'generate', file, '--out', out);
    assert.is(status, 1, file);
    assert.match(stderr, new RegExp(`${file}:\\d+:\\d+ error AM\\d{4}: `));
    assert.not.match(stderr, 'onfirmed', 'no result, so nothing to confirm');
    assert.not(existsSync(out), file);
  }
});

test('generate, unchanged, check, drift, edits', async () => {
  const folder = await sampleBlog();
  const run = (...args: string[]) => runHere(folder, ...args);

  const first = await run('generate', 'index.ts');
  assert.is(first.status, 0);
  assert.match(first.stdout, 'Wrote out/0001_arcade:\n');
  assert.is((await run('check', 'index.ts')).status, 0);

  const manifest = readFileSync(join(folder, 'out/manifest.json'), 'utf8');
  const second = await run('generate', 'index.ts');
  assert.is(second.status, 0);
  assert.match(second.stdout, 'Unchanged');
  assert.is(readFileSync(join(folder, 'out/manifest.json'), 'utf8'), manifest);
  assert.equal(readdirSync(join(folder, 'out')).sort(), ['0001_arcade', 'manifest.json']);

  const comment = join(folder, 'lists/Comment.ts');
  const before = readFileSync(comment, 'utf8');
  writeFileSync(comment, before.replace("ref: 'Post' }", "ref: 'Post', many: true }"));
  const changed = await run('check', 'index.ts');
  assert.is(changed.status, 1);
  assert.match(
    changed.stdout,
    [
      'changed: Comment.post -> Post: out/0001_arcade has it differently',
      '  - Comment.post -> Post (N:1, Comment), PostgreSQL schema public',
      '  + Comment.post -> Post (N:N, Comment_post_many), PostgreSQL schema public',
    ].join('\n'),
  );
  const refused = await run('generate', 'index.ts');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, 'Comment.post -> Post is in out/0001_arcade already');
  assert.not.match(refused.stderr, 'onfirmed');

  writeFileSync(
    comment,
    before.replace(
      'post: {',
      "editor: { type: Relationship, ref: 'User' },\n    likedBy: { type: Relationship, ref: 'User', many: true },\n    post: {",
    ),
  );
  const uncovered = await run('check', 'index.ts');
  assert.is(uncovered.status, 1);
  assert.match(uncovered.stdout, 'not covered: Comment.likedBy -> User');
  assert.not.match(uncovered.stdout, 'Comment.editor', 'what does not change needs no script');
  assert.is((await run('generate', 'index.ts', '--name', 'editors')).status, 0);
  const { relationships } = JSON.parse(readFileSync(join(folder, 'out/0002_editors/plan.json'), 'utf8'));
  assert.equal(
    relationships.map(({ left }: { left: { path: string } }) => left.path),
    ['editor', 'likedBy'],
  );
  assert.is((await run('check', 'index.ts')).status, 0);

  appendFileSync(join(folder, 'out/0001_arcade/postgres/migrate.sql'), '-- mine\n');
  const edited = await run('check', 'index.ts');
  assert.is(edited.status, 1);
  assert.match(edited.stdout, /^edited: out\/0001_arcade\/postgres\/migrate\.sql\n--- (.*\n)+\+-- mine$/m);
});

const UNCHANGED = `
const { Keystone } = require('@keystonejs/keystone');
const { Relationship, Text } = require('@keystonejs/fields');
const keystone = new Keystone({});
keystone.createList('User', { fields: { name: { type: Text } } });
keystone.createList('Post', { fields: { author: { type: Relationship, ref: 'User' } } });
`;

test('a project in which nothing changes gets no version; each command says so, and it is no failure', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'index.js'), UNCHANGED);
  const run = async (...args: string[]) => {
    const { status, stdout, stderr } = await runHere(folder, ...args, '--database', 'both');
    assert.is(status, 0, stderr);
    return { stdout, stderr };
  };
  const SAID = 'Nothing changes: there is nothing to migrate, ';
  assert.is((await run('generate', 'index.js', '--quiet')).stdout, `${SAID}and nothing was written.\n`);
  assert.is((await run('check', 'index.js')).stdout, `${SAID}and no scripts are needed.\n`);
  for (const script of [[], ['--script', 'migrate.sql']]) {
    const { stdout, stderr } = await run('generate', 'index.js', '--stdout', ...script);
    assert.is(stdout, '');
    assert.ok(stderr.endsWith(`${SAID}so there are no scripts.\n`), stderr);
  }
  const json = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
  const secondReading = { outcome: 'confirmed', reason: null, help: null };
  assert.equal(await json('generate', 'index.js'), {
    secondReading,
    dryRun: false,
    nothingChanges: true,
    version: null,
    files: [],
    removed: [],
    restored: [],
    edits: [],
    diagnostics: [],
  });
  const { matches, nothingChanges, uncovered } = await json('check', 'index.js');
  assert.equal([matches, nothingChanges, uncovered], [true, true, []]);
  assert.equal(await json('generate', 'index.js', '--stdout'), {
    secondReading,
    nothingChanges: true,
    scripts: [],
    diagnostics: [],
  });
  assert.not(existsSync(join(folder, 'out')));
});

test('a database of two in which nothing changes gets no scripts, and REVIEW.md says so', async () => {
  const folder = await temporaryFolder();
  const self =
    "keystone.createList('Item', { fields: { up: { type: Relationship, ref: 'Item.down' }, down: { type: Relationship, ref: 'Item.up', many: true } } });\n";
  writeFileSync(join(folder, 'index.js'), UNCHANGED + self);
  const { stdout } = await runHere(folder, 'generate', 'index.js', '--database', 'both', '--json');
  const { nothingChanges, files } = JSON.parse(stdout);
  assert.is(nothingChanges, false);
  assert.equal([...new Set(files.map((file: string) => file.split('/').slice(2, -1).join()))], ['', 'mongo']);
  const review = readFileSync(join(folder, 'out/0001_arcade/REVIEW.md'), 'utf8');
  assert.match(review, '- **PostgreSQL**, schema `public`: nothing changes, so there are no scripts.\n');
  assert.is((await runHere(folder, 'check', 'index.js', '--database', 'both')).status, 0);
  const rehearsed = await runHere(folder, 'rehearse');
  assert.is(rehearsed.status, 1);
  assert.match(rehearsed.stderr, 'Nothing changes in PostgreSQL, so 0001_arcade has no scripts for it.');
  const flyway = await runHere(folder, 'generate', 'index.js', '--layout', 'flyway', '--out', 'other');
  assert.is(flyway.status, 1);
  assert.match(flyway.stderr, '--layout flyway is for PostgreSQL, and this version has no scripts for it.');
});

test('check tells of files beside, and of what is written otherwise, but not of lines that moved', async () => {
  const folder = await sampleBlog();
  await runCli(folder, 'generate', 'index.ts');
  const post = join(folder, 'lists/Post.ts');
  writeFileSync(post, `// moves all lines\n${readFileSync(post, 'utf8')}`);
  const moved = await runCli(folder, 'check', 'index.ts');
  assert.equal([moved.status, moved.stderr], [0, confirmed]);
  assert.match(readFileSync(join(folder, 'out/0001_arcade/REVIEW.md'), 'utf8'), `\n- ${confirmed}`);
  const notRun = await runCli(folder, 'check', 'index.ts', '--no-run');
  assert.is(notRun.stderr, 'Not confirmed: --no-run leaves out the run of the list files.\n');
  writeFileSync(join(folder, 'out/0001_arcade/postgres/mine.sql'), 'SELECT 1;\n');
  const { status, stdout, stderr } = await runCli(folder, 'check', 'index.ts', '--lock-timeout', '9s');
  assert.equal([status, stdout], [1, 'extra: out/0001_arcade/postgres/mine.sql\n']);
  assert.match(stderr, 'warning: outdated: out/0001_arcade/postgres/migrate.sql');
  assert.match(
    stderr,
    "-  SET LOCAL lock_timeout = '5s';  -- give up rather than queue behind an application that still runs\n+  SET LOCAL lock_timeout = '9s';",
  );
});

test('--dry-run and --stdout write nothing, and say what would be', async () => {
  const folder = await sampleBlog();
  const before = readdirSync(folder);
  const dry = await runHere(folder, 'generate', 'index.ts', '--dry-run', '--quiet');
  assert.is(dry.status, 0);
  assert.match(dry.stdout, 'Would write out/0001_arcade:\n  out/0001_arcade/REVIEW.md\n');
  const all = await runHere(folder, 'generate', 'index.ts', '--stdout', '--json');
  const scripts = JSON.parse(all.stdout).scripts as { path: string; text: string }[];
  const migrate = await runHere(folder, 'generate', 'index.ts', '--stdout', '--script', 'migrate');
  assert.is(migrate.stdout, scripts.find(({ path }) => path === 'postgres/migrate.sql')?.text);
  assert.is(migrate.stderr, confirmed);
  const vague = ['--stdout', '--script', 'migrate', '--database', 'both'];
  const { status, stdout, stderr } = await runHere(folder, 'generate', 'index.ts', ...vague);
  assert.equal([status, stdout], [2, '']);
  assert.match(stderr, 'choose one of postgres/migrate.sql, mongo/migrate.js');
  assert.equal(readdirSync(folder), before);
});

test('--replace rewrites a version, and what was edited by hand only with --force', async () => {
  const folder = await sampleBlog();
  const run = (...args: string[]) => runCli(folder, 'generate', 'index.ts', '--quiet', ...args);
  await run();
  const migrate = join(folder, 'out/0001_arcade/postgres/migrate.sql');
  appendFileSync(migrate, '-- mine\n');
  const comment = join(folder, 'lists/Comment.ts');
  writeFileSync(comment, readFileSync(comment, 'utf8').replace("ref: 'Post' }", "ref: 'Post', many: true }"));
  const refused = await run('--replace');
  assert.is(refused.status, 1);
  assert.match(refused.stderr, 'would be lost:\n  out/0001_arcade/postgres/migrate.sql\n');
  assert.match(readFileSync(migrate, 'utf8'), '-- mine');
  const replaced = await run('--replace', '--force', '--reconcile', 'merge');
  assert.is(replaced.status, 0);
  assert.match(readFileSync(migrate, 'utf8'), 'RENAME TO "Comment_post_many"');
  assert.equal(readdirSync(join(folder, 'out')).sort(), ['0001_arcade', 'manifest.json']);
  assert.is((await runHere(folder, 'check', 'index.ts', '--reconcile', 'merge')).status, 0);
});

test('generate says what is true of files that are missing or were edited, and restores them', async () => {
  const folder = await sampleBlog();
  const generate = (...args: string[]) => runHere(folder, 'generate', 'index.ts', '--quiet', ...args);
  await generate();
  const file = (name: string) => join(folder, 'out/0001_arcade', name);
  const [verify, migrate, plan] = ['postgres/verify.sql', 'postgres/migrate.sql', 'plan.json'].map(file);
  const written = readFileSync(verify ?? '', 'utf8');
  for (const path of [verify, plan]) rmSync(path ?? '');

  const dry = await generate('--dry-run');
  assert.is(
    dry.stdout,
    'Would restore:\n  out/0001_arcade/plan.json\n  out/0001_arcade/postgres/verify.sql\n',
  );
  const missing = await generate();
  assert.is(missing.status, 0, missing.stderr);
  assert.is(missing.stdout, dry.stdout.replace('Would restore', 'Restored, as they were written'));
  assert.is(readFileSync(verify ?? '', 'utf8'), written);
  assert.is((await runHere(folder, 'check', 'index.ts')).status, 0);

  appendFileSync(migrate ?? '', '-- mine\n');
  const edited = await generate();
  assert.equal(
    [edited.status, edited.stdout],
    [0, 'No new version: out covers every relationship that changes, and nothing was written.\n'],
  );
  assert.is(
    edited.stderr,
    'edited: out/0001_arcade/postgres/migrate.sql: left as it is. To overwrite it, run generate --force.\n',
  );
  assert.match(readFileSync(migrate ?? '', 'utf8'), '-- mine');
  const forced = await generate('--force', '--json');
  const { version, files, restored, edits } = JSON.parse(forced.stdout);
  assert.equal(
    { version, files, restored, edits },
    { version: null, files: [], restored: ['out/0001_arcade/postgres/migrate.sql'], edits: [] },
  );
  assert.is((await runHere(folder, 'check', 'index.ts')).status, 0);

  // Another timeout makes another text, and the version may have been run.
  rmSync(migrate ?? '');
  const other = await generate('--lock-timeout', '9s');
  assert.is(other.status, 1);
  assert.match(
    other.stderr,
    /^missing: out\/0001_arcade\/postgres\/migrate\.sql: .* Restore it from version control/,
  );
  assert.not(existsSync(migrate ?? ''));
});

test('an option that changed is one line, whatever number of relationships there are', async () => {
  const folder = await sampleBlog();
  const run = (...args: string[]) => runHere(folder, ...args);
  const first = await run('generate', 'index.ts', '--quiet');
  assert.match(first.stdout, '\n  out/manifest.json\n');
  const other = ['--reconcile', 'merge', '--schema-name', 'cms'];
  const lines = [
    '0001_arcade was written with --schema-name public; now cms',
    '0001_arcade was written with --reconcile abort; now merge',
  ];
  const refused = await run('generate', 'index.ts', '--quiet', '--force', ...other);
  assert.is(refused.status, 1);
  assert.is(
    refused.stderr,
    [
      ...lines,
      'Nothing was written. If that version was not run yet, rewrite it with --replace. Otherwise use the same options again.\n',
    ].join('\n'),
  );
  const { status, stdout } = await run('check', 'index.ts', ...other);
  assert.equal([status, stdout], [1, lines.map((line) => `changed: ${line}\n`).join('')]);

  const comment = join(folder, 'lists/Comment.ts');
  writeFileSync(comment, readFileSync(comment, 'utf8').replace("ref: 'Post' }", "ref: 'Post', many: true }"));
  const both = await run('generate', 'index.ts', '--quiet', '--reconcile', 'merge');
  assert.match(
    both.stderr,
    /^0001_arcade was written with --reconcile abort; now merge\nComment\.post -> Post is in .*\nNothing/,
  );
});

test('of two runs at once, none leaves half a version', async () => {
  const folder = await sampleBlog();
  const names = ['one', 'two', 'three'];
  const runs = await Promise.all(names.map((name) => runCli(folder, 'generate', 'index.ts', '--name', name)));
  assert.ok(runs.some(({ status }) => status === 0));
  for (const { status, stderr } of runs) if (status !== 0) assert.match(stderr, /^Another run /m);
  assert.is(readdirSync(join(folder, 'out')).length, 2);
  assert.is((await runCli(folder, 'check', 'index.ts')).status, 0);
});

test('the adapter decides the database and the schema, unless options do', async () => {
  const folder = join(fixtures, 'keystone/schema-cms');
  const files = async (...args: string[]) => {
    const { stdout } = await runHere(
      folder,
      'generate',
      'lists.js',
      '--json',
      '--out',
      await temporaryFolder(),
      ...args,
    );
    return JSON.parse(stdout).files as string[];
  };
  const detected = await files();
  assert.not(detected.some((file) => file.endsWith('.js')));
  const migrate = detected.find((file) => file.endsWith('migrate.sql')) ?? '';
  assert.match(readFileSync(migrate, 'utf8'), 'ALTER TABLE "cms"."Todo_readers"');
  const other = await files('--schema-name', 'blog');
  assert.match(
    readFileSync(other.find((file) => file.endsWith('migrate.sql')) ?? '', 'utf8'),
    '"blog"."Todo_readers"',
  );
  assert.ok((await files('--database', 'mongo')).some((file) => file.endsWith('mongo/migrate.js')));
});

test('relationships --json is the documented object', async () => {
  const { stdout, stderr } = await runHere(
    fixtures,
    'relationships',
    'cheatsheet/many-to-many-two-sided.js',
    '--json',
    '--quiet',
  );
  assert.is(stderr, '');
  const file = 'cheatsheet/many-to-many-two-sided.js';
  assert.equal(JSON.parse(stdout), {
    relationships: [
      {
        kind: 'many-to-many-two-sided',
        cardinality: 'N:N',
        left: {
          list: 'Post',
          path: 'authors',
          ref: 'User.posts',
          many: true,
          source: { file, line: 17, column: 5 },
        },
        right: {
          list: 'User',
          path: 'posts',
          ref: 'Post.authors',
          many: true,
          source: { file, line: 9, column: 5 },
        },
        tableName: 'Post_authors_User_posts',
        columnName: null,
        columnNames: {
          'Post.authors': { near: 'Post_left_id', far: 'User_right_id' },
          'User.posts': { near: 'User_right_id', far: 'Post_left_id' },
        },
        collection: 'post_authors_user_posts',
      },
    ],
    lists: [
      { key: 'User', collection: 'users', source: { file, line: 6, column: 1 } },
      { key: 'Post', collection: 'posts', source: { file, line: 13, column: 1 } },
    ],
    secondReading: { outcome: 'confirmed', reason: null, help: null },
    differences: null,
    diagnostics: [],
  });
});

test('it says which side order was used, wherever that decides', async () => {
  const say = async (...args: string[]) =>
    (await runHere(fixtures, 'relationships', 'cheatsheet/one-to-one-two-sided.js', ...args)).stdout;
  assert.match(await say(), 'alphabetical order (locale en)');
  assert.match(await say(), 'here Post.author is kept');
  assert.match(await say('--side-order', 'declaration'), 'here User.post is kept');
  const many = await runHere(fixtures, 'relationships', 'cheatsheet/one-to-many-two-sided.js');
  assert.not.match(many.stdout, 'order');
});

test('what is unknown stops generate, unless it is settled or allowed', async () => {
  const faults = join(fixtures, 'faults');
  const out = await temporaryFolder();
  const allowed = await runHere(
    faults,
    'generate',
    'unknown-ref.js',
    '--allow-unresolved',
    '--out',
    out,
    '--database',
    'mongo',
  );
  assert.is(allowed.status, 0);
  assert.match(allowed.stderr, 'unknown-ref.js:11:35 warning AM1004');

  const folder = join(fixtures, 'environment');
  const relationships = async (...args: string[]) => {
    const { status, stdout, stderr } = await runHere(folder, 'relationships', 'index.js', ...args);
    return { status, stderr, names: stdout.match(/^\S+ -> \S+/gm) ?? [] };
  };
  const unsettled = await relationships();
  assert.is(unsettled.status, 1);
  assert.match(unsettled.stderr, '--env AUTHORS=<value>');
  assert.equal((await relationships('--env', 'AUTHORS=staff')).names, ['Post.author -> Staff']);
  assert.equal((await relationships('--env', 'AUTHORS=')).names, ['Post.author -> User']);
});

test('a project on a PrismaAdapter is past Arcade', async () => {
  const out = join(await temporaryFolder(), 'out');
  const { status, stderr } = await runHere(join(fixtures, 'prisma'), 'generate', 'index.js', '--out', out);
  assert.is(status, 1);
  assert.match(stderr, 'past Arcade');
  assert.not(existsSync(out));
  const shown = await runHere(join(fixtures, 'prisma'), 'relationships', 'index.js');
  assert.is(shown.status, 0);
  assert.match(shown.stderr, 'warning AM3003');
  assert.not.match(shown.stderr, '--database');
  assert.is(shown.stdout, 'RELATIONSHIP\nPost.author -> User      N:1\nPost.tags <-> Tag.posts  N:N\n');
});

test('the scripts of a project that has moved to a PrismaAdapter still match', async () => {
  const cwd = await temporaryFolder();
  const text = readFileSync(join(fixtures, 'prisma', 'index.js'), 'utf8');
  writeFileSync(
    join(cwd, 'index.js'),
    text.replaceAll('PrismaAdapter', 'KnexAdapter').replace('-prisma', '-knex'),
  );
  assert.is((await runHere(cwd, 'generate', 'index.js')).status, 0);
  writeFileSync(join(cwd, 'index.js'), text);
  const { status, stdout } = await runHere(cwd, 'check', 'index.js');
  assert.is(status, 0, stdout);
  assert.match(stdout, 'there is nothing to migrate');
});

test('Keystone 8 or later in package.json: a note that the database may be migrated', async () => {
  const cwd = await temporaryFolder();
  const app = join(cwd, 'packages', 'api');
  mkdirSync(app, { recursive: true });
  const lists = readFileSync(join(fixtures, 'cheatsheet/one-to-one-two-sided.js'), 'utf8');
  writeFileSync(join(app, 'index.js'), lists);
  const noteFor = async (dependencies: object, command = 'relationships') => {
    writeFileSync(join(app, 'package.json'), '{}');
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ dependencies }));
    const { status, stderr } = await runHere(cwd, command, 'packages/api/index.js');
    assert.is(status, 0, stderr);
    return /^(.*) has (.*)\. A database that Keystone 8 or later created/m.exec(stderr)?.slice(1);
  };
  for (const range of ['^8.0.0', '~19.3.3', '>=8', '10.x'])
    assert.equal(await noteFor({ '@keystonejs/keystone': range }), [
      'package.json',
      `@keystonejs/keystone ${range}`,
    ]);
  assert.ok(await noteFor({ '@open-keystone/keystone': '^19.4.20' }));
  for (const range of ['^7.1.0', '*', '^5.0.0'])
    assert.is(await noteFor({ '@keystonejs/keystone': range }), undefined);
  assert.is(await noteFor({ '@keystone-alpha/keystone': '^15.1.0' }), undefined, 'it is older than Arcade');
  assert.is(await noteFor({}), undefined);
  assert.ok(await noteFor({ '@keystonejs/keystone': '^8.0.0' }, 'generate'), 'where a version is written');
  assert.is(await noteFor({ '@keystonejs/keystone': '^8.0.0' }, 'generate'), undefined);
  assert.is(await noteFor({ '@keystonejs/keystone': '^8.0.0' }, 'check'), undefined);
});

test('with --quiet only the result, without a terminal no colour', async () => {
  const { stdout, stderr } = await runHere(
    fixtures,
    'relationships',
    'cheatsheet/one-to-one-two-sided.js',
    '--quiet',
  );
  assert.is(stderr, '');
  assert.not.match(stdout, '\u001b');
});

test.run();
