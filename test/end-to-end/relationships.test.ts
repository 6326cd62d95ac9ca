import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listsFile, runCli } from '../support/cli.ts';
import { type KeystoneCase, keystoneCase, keystoneCases, type Side } from '../support/keystone-cases.ts';

const test = suite('relationships --json');

/** What the command promises to print; it may print more. */
interface Printed {
  readonly relationships: readonly {
    readonly cardinality: string;
    readonly left: PrintedSide;
    readonly right: PrintedSide | null;
    readonly tableName: string;
    readonly columnName: string | null;
    readonly columnNames: Record<string, { near: string; far: string }> | null;
    readonly collection: string;
  }[];
  readonly lists: readonly { readonly key: string; readonly collection: string }[];
  readonly diagnostics: readonly { readonly severity: string; readonly message: string }[];
}

interface PrintedSide {
  readonly list: string;
  readonly path: string;
  readonly many: boolean;
}

for (const example of keystoneCases.filter(({ refused }) => refused === null)) {
  for (const database of example.hasMongo ? (['postgres', 'mongo'] as const) : (['postgres'] as const)) {
    test(`${example.name}, ${listsFile(database)}`, async () => {
      const entry = listsFile(database);
      const { status, stdout, stderr } = await runCli(example.folder, 'relationships', entry, '--json');
      assert.is(status, 0, stdout + stderr);
      const printed: Printed = JSON.parse(stdout);
      assert.equal(printed.diagnostics, []);
      assert.equal(byName(printed.relationships.map(tested)), byName(expected(example)));
      const collections = printed.lists.map(({ key, collection }) => [key, collection]);
      assert.equal(Object.fromEntries(collections), example.collections);
    });
  }
}

test('what Keystone refuses is a diagnostic', async () => {
  const { folder } = keystoneCase('self-paired-with-itself');
  const { status, stdout } = await runCli(folder, 'relationships', 'lists.js', '--json');
  assert.is(status, 1);
  const printed: Printed = JSON.parse(stdout);
  const errors = printed.diagnostics.filter(({ severity }) => severity === 'error');
  assert.is(errors.length, 1);
  assert.match(errors[0]?.message ?? '', 'User.friends');
});

type Tested = ReturnType<typeof tested>;

/** The part that Keystone has an answer for. */
function tested({
  cardinality,
  left,
  right,
  tableName,
  columnName,
  columnNames,
  collection,
}: Printed['relationships'][number]) {
  return {
    cardinality,
    left: sideOf(left),
    right: right && sideOf(right),
    tableName,
    columnName,
    columnNames,
    collection,
  };
}

function expected({ relationships }: KeystoneCase): Tested[] {
  return relationships.map(tested);
}

function sideOf({ list, path, many }: PrintedSide | Side): PrintedSide {
  return { list, path, many };
}

function byName(relationships: readonly Tested[]): Record<string, Tested> {
  return Object.fromEntries(
    relationships.map((relationship) => [
      `${relationship.left.list}.${relationship.left.path}`,
      relationship,
    ]),
  );
}

test.run();
