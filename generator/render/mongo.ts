import type { Source } from '../diagnostics.ts';
import type { JoinCollection, MongoPlan, MongoStep, StoredField } from '../plan/mongo/index.ts';
import { addsLinks, type Reconcile, setsAside } from '../plan/reconcile.ts';
import { wrapComment } from '../text/wrap.ts';
import { jsLiteral } from './js-literal.ts';
import { packageFile } from './package-file.ts';
import { places } from './places.ts';
import { SCRIPT_NAMES, type Script, type ScriptName } from './script.ts';
import { readText, type Templates } from './template-files.ts';
import { makeRenderer } from './templates.ts';

/** The maximum length of a line. Only a long name exceeds it. */
const WIDTH = 136;

/** The four mongosh scripts of a plan, and the library that they load. */
export function renderMongo(plan: MongoPlan, reconcile: Reconcile, templates: Templates): Script[] {
  const render = makeRenderer(templates, helpersFor(reconcile));
  const { steps, unchanged } = plan;
  const stepsOf = (name: ScriptName) => (name === 'rollback' ? steps.toReversed() : steps);
  return [
    ...SCRIPT_NAMES.map((name) => ({
      path: `mongo/${name}.js`,
      text: render(`mongo/${name}`, { reconcile, steps: stepsOf(name), unchanged: unchanged.length }),
    })),
    ...LIBRARY_PATHS.map((path) => ({ path, text: readText(packageFile(`templates/${path}`)) })),
  ];
}

/** The library, by paths from the folder of a version. Its first file loads the second. */
export const LIBRARY_PATHS: readonly string[] = ['mongo/arcade.js', 'mongo/arcade-checks.js'];

const collection = ({ collection: name }: Pick<StoredField | JoinCollection, 'collection'>): string =>
  `db.getCollection(${jsLiteral(name)})`;

/** The literal for a field that the library expects. */
function field({ collection, path, isArray, refCollection, index }: StoredField): string {
  const { unique, sparse } = index ?? {};
  return jsLiteral({
    collection,
    [isArray ? 'array' : 'field']: path,
    to: refCollection,
    ...(index && { index: { ...(unique && { unique }), ...(sparse && { sparse }) } }),
  });
}

const updateMany = (stored: StoredField, exists: boolean, change: object): string =>
  statement(`${collection(stored)}.updateMany`, [{ [stored.path]: { $exists: exists } }, change]);

const unset = (stored: StoredField): string => updateMany(stored, true, { $unset: { [stored.path]: '' } });

/** The statements after rollback has restored a field: empty arrays for documents without links, and the index of mongoose. */
function afterRestore(stored: StoredField): string[] {
  const { path, isArray, index } = stored;
  const { unique = false, sparse = false } = index ?? {};
  const options = { ...(unique && { unique }), ...(sparse && { sparse }) };
  return [
    // A unique index would refuse a second empty array.
    ...(isArray && !unique ? [updateMany(stored, false, { $set: { [path]: [] } })] : []),
    ...(index ? [statement(`${collection(stored)}.createIndex`, [{ [path]: 1 }, options])] : []),
  ];
}

/** A call, on several lines if one would be too long. */
function statement(called: string, values: readonly object[]): string {
  const line = `${called}(${values.map(jsLiteral).join(', ')});`;
  if (line.length <= WIDTH) return line;
  return `${called}(\n${values.map((value) => `      ${jsLiteral(value)},\n`).join('')}    );`;
}

const helpersFor = (reconcile: Reconcile) => ({
  convertsTexts: () => reconcile === 'resolve',
  /** Whether a one-to-one link can be set aside because another document holds it too. */
  setsDoublesAside: ({ dropped, join }: MongoStep) =>
    setsAside(reconcile) && dropped !== null && !join && !dropped.isArray,
  addsLinks: ({ dropped }: MongoStep) => dropped !== null && addsLinks(reconcile),
  // A join collection has room for every link.
  setsAside: ({ dropped, join }: MongoStep) =>
    dropped !== null && setsAside(reconcile) && !(join && addsLinks(reconcile)),
  js: jsLiteral,
  field,
  unset,
  afterRestore,
  collection,
  comment: (text: string) => wrapComment(text, '//', WIDTH - 10).replaceAll(/^/gm, '  '),
  sourcePlaces: (sources: readonly Source[]) => places(sources),
});
