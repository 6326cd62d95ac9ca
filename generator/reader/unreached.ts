import path from 'node:path';
import type { Machine } from './machine.ts';
import { isDirectory, namesIn, readText, realPath } from './modules/files.ts';
import { isCode } from './modules/load.ts';
import { displayName, type Place, type SourceText, sourceOf } from './place.ts';
import type { Finding } from './report.ts';
import { parse, ts } from './syntax.ts';

/** What of a file may be left unseen. */
interface Survey {
  readonly calls: readonly { readonly node: ts.CallExpression; readonly around: readonly Around[] }[];
  /** The names of what is called, and of what calls are given. */
  readonly used: ReadonlySet<string>;
  /** The texts of its imports, each with where it stands. */
  readonly imports: readonly Import[];
}

interface Import {
  readonly specifier: string;
  readonly node: ts.Node;
  readonly around: readonly Around[];
}

/** A function that a call stands in. */
interface Around {
  readonly node: ts.Node;
  readonly name: string | null;
  /** Whether it is written within what a call is given. */
  readonly isGiven: boolean;
}

/**
 * The net below the reading: the calls `….createList(` that it never got to, in the files that were read and in those of
 * the project that only unread code leads to. It knows nothing of values, so that it also finds what they hide by mistake.
 *
 * @param byHand the keys of the lists that the user gives
 */
export function unreachedCalls(machine: Machine, byHand: readonly string[]): readonly Finding[] {
  const surveys = new Map([...machine.modules.sources.values()].map((file) => [file, surveyOf(file)]));
  const used = new Set([...surveys.values()].flatMap((survey) => [...survey.used]));
  const isDead = ({ node, name, isGiven }: Around): boolean =>
    !isGiven && !machine.reached.has(node) && (name === null || !used.has(name));
  const findings: Finding[] = [];
  for (const [file, { calls }] of surveys) {
    for (const { node, around } of calls) {
      const key = keyOf(node);
      if (machine.reached.has(node) || (key !== null && byHand.includes(key))) continue;
      const isSettled = around.some(isDead) || (key === null && byHand.length > 0);
      const message = `${listOf(key)} is created here, but nothing that was read runs this call of createList.`;
      findings.push(finding(message, { file, at: node }, isSettled));
    }
  }
  const known = machine.registry.entries.map(({ list }) => list.key);
  const isInDead = ({ around }: Import): boolean => around.some(isDead);
  for (const [file, { place, survey, isLost }] of unreadFiles(machine, surveys, isInDead)) {
    for (const { node } of survey.calls) {
      const key = keyOf(node);
      if (key !== null && known.includes(key)) continue;
      const at = sourceOf(place);
      const message = `${listOf(key)} is created here, in a file that only unread code leads to (${at.file}:${at.line}:${at.column}).`;
      findings.push(finding(message, { file, at: node }, isLost || (key === null && byHand.length > 0)));
    }
  }
  return findings;
}

const listOf = (key: string | null): string => (key === null ? 'A list' : `The list ${key}`);

const finding = (message: string, place: Place, isSettled: boolean): Finding => ({
  code: 'AM1025',
  severity: isSettled ? 'warning' : 'error',
  message,
  help: 'If the app creates the list, name the file that creates it as a further entry, or give the list with --list <Key>=<file>. If it does not, remove the call, or continue with --allow-unresolved.',
  why: 'limit',
  place,
});

/** A file that was not read, and the place that leads there: in code that may run, unless it `isLost`. */
interface Unread {
  readonly place: Place;
  readonly survey: Survey;
  readonly isLost: boolean;
}

/** Files that only code leads to that was not read: it may import what it is given a path of, and what its text names. */
function unreadFiles(
  machine: Machine,
  read: ReadonlyMap<SourceText, Survey>,
  isInDead: (each: Import) => boolean,
): ReadonlyMap<SourceText, Unread> {
  const { sources, resolver } = machine.modules;
  const unread = new Map<SourceText, Unread>();
  const seen = new Set(sources.keys());
  const visit = (name: string, place: Place, isLost: boolean): void => {
    const real = realPath(name);
    if (real === null || seen.has(name) || seen.has(real)) return;
    seen.add(real);
    if (isDirectory(real)) {
      for (const each of codeIn(name)) visit(each, place, isLost);
      return;
    }
    const text = isCode(name) ? (readText(name) ?? '') : '';
    if (!mayMatter.test(text)) return;
    const file = { path: name, name: displayName(machine.cwd, name), text, tree: parse(name, text) };
    const survey = surveyOf(file);
    unread.set(file, { place, survey, isLost });
    for (const { specifier } of survey.imports) follow(file, specifier, place, isLost);
  };
  const follow = (from: SourceText, specifier: string, place: Place, isLost: boolean): void => {
    const resolution = resolver.resolve(specifier, from.path);
    if (resolution.kind === 'file') visit(resolution.path, place, isLost);
  };
  for (const { path: name, place } of machine.leads) visit(name, place, false);
  for (const isLost of [false, true]) {
    for (const [file, { imports }] of read) {
      for (const each of imports.filter((one) => isInDead(one) === isLost)) {
        follow(file, each.specifier, { file, at: each.node }, isLost);
      }
    }
  }
  return unread;
}

/** The files of code below a folder, but for those of packages and tests. */
function codeIn(folder: string): readonly string[] {
  return (namesIn(folder) ?? [])
    .filter((name) => name !== 'node_modules' && !/^[._]|\.(test|spec|d)\.\w+$/.test(name))
    .map((name) => path.join(folder, name))
    .filter((name) => isDirectory(name) || /\.([cm]?[jt]s|[jt]sx)$/.test(name));
}

/** Most files have nothing of this, and a walk takes time. */
const mayMatter = /createList|\brequire\b|\bimport\b/;

/** A node that a walk has still to come to. */
interface Visit {
  readonly node: ts.Node;
  readonly parent: ts.Node;
  readonly around: readonly Around[];
  readonly isGiven: boolean;
}

function surveyOf({ tree, text }: SourceText): Survey {
  const calls: { node: ts.CallExpression; around: readonly Around[] }[] = [];
  const used = new Set<string>();
  const imports: Import[] = [];
  const left: Visit[] = [];
  if (tree !== null && mayMatter.test(text))
    left.push({ node: tree, parent: tree, around: [], isGiven: false });
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { node, parent } = at;
    let { around, isGiven } = at;
    if (ts.isFunctionLike(node)) {
      around = [...around, { node, name: nameOf(node) ?? nameOf(parent), isGiven }];
      isGiven = false;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      isGiven = true;
      for (const each of [node.expression, ...(node.arguments ?? [])]) {
        const name = lastName(each);
        if (name !== null) used.add(name);
      }
      if (isCreateList(node)) calls.push({ node, around });
    }
    const specifier = importedBy(node);
    if (specifier !== null) imports.push({ specifier, node, around });
    const inner = { parent: node, around, isGiven };
    ts.forEachChild(node, (child) => void left.push({ node: child, ...inner }));
  }
  return { calls: calls.reverse(), used, imports };
}

/** Keystone's needs a key and a config; other things have a `createList()`, too. */
function isCreateList(node: ts.Node): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || node.arguments.length === 0) return false;
  const { expression } = node;
  return ts.isPropertyAccessExpression(expression) && expression.name.text === 'createList';
}

/** `createList` of `keystone.createList` and of `createList`. */
function lastName(node: ts.Node): string | null {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) ? node.name.text : null;
}

/** The name that a declaration gives a function, or `x` of `….x = function`. */
function nameOf(node: ts.Node): string | null {
  if (ts.isBinaryExpression(node)) return lastName(node.left);
  const { name } = node as { name?: ts.Node };
  return name === undefined ? null : lastName(name);
}

/** The text of an `import` or `require` that is written in the source, unless it is for types only. */
function importedBy(node: ts.Node): string | null {
  let from: ts.Node | undefined;
  if (ts.isImportDeclaration(node)) {
    const isForTypes = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    from = isForTypes ? undefined : node.moduleSpecifier;
  } else if (ts.isExportDeclaration(node)) from = node.isTypeOnly ? undefined : node.moduleSpecifier;
  else if (ts.isCallExpression(node)) {
    const isImport =
      node.expression.kind === ts.SyntaxKind.ImportKeyword || lastName(node.expression) === 'require';
    from = isImport ? node.arguments[0] : undefined;
  }
  return from !== undefined && ts.isStringLiteralLike(from) ? from.text : null;
}

/** The key of the list, where it is written at the call. */
function keyOf({ arguments: [key] }: ts.CallExpression): string | null {
  return key !== undefined && ts.isStringLiteralLike(key) ? key.text : null;
}
