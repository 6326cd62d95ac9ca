import path from 'node:path';
import type { Machine } from './machine.ts';
import { isDirectory, namesIn, readText, realPath } from './modules/files.ts';
import { isCode } from './modules/load.ts';
import { displayName, type Place, type SourceText, sourceOf } from './place.ts';
import type { Finding } from './report.ts';
import { parse, ts } from './syntax.ts';

/** A call of `createList`, or an import. */
interface Site {
  readonly node: ts.Node;
  /** The key of the list or the text of the import; null if it is not written there. */
  readonly text: string | null;
  /** The functions around it. */
  readonly around: readonly Around[];
}

interface Around {
  readonly node: ts.Node;
  readonly name: string | null;
  /** Whether it is part of an argument of a call. */
  readonly isArgument: boolean;
}

/** What a file has that a reading can miss. */
interface Survey {
  readonly calls: readonly Site[];
  readonly imports: readonly Site[];
  /** The names of what is called, and of arguments. */
  readonly used: ReadonlySet<string>;
}

/**
 * The net below the reading: the calls of `….createList(` that it never evaluated, in the files that were read and in those
 * that only unread code leads to. It knows nothing about values, so it also finds what the reader's mistakes hide.
 *
 * @param byHand the keys of the lists that the user gives
 */
export function unreachedCalls(machine: Machine, byHand: readonly string[]): readonly Finding[] {
  const surveys = new Map([...machine.modules.sources.values()].map((file) => [file, surveyOf(file)]));
  const used = new Set([...surveys.values()].flatMap((survey) => [...survey.used]));
  const isDead = ({ around }: Site): boolean =>
    around.some(
      ({ node, name, isArgument }) =>
        !isArgument && !machine.reached.has(node) && (name === null || !used.has(name)),
    );
  const finding = ({ node, text }: Site, file: SourceText, reason: string, isLost: boolean): Finding => ({
    code: 'AM1025',
    severity: isLost || (text === null && byHand.length > 0) ? 'warning' : 'error',
    message: `${text === null ? 'A list' : `The list ${text}`} is created here, ${reason}.`,
    help: 'If the app creates the list, name the file that creates it as a further entry, or give the list with --list <Key>=<file>. If it does not, remove the call, or continue with --allow-unresolved.',
    why: 'limit',
    place: { file, at: node },
  });
  const unrun = [...surveys].flatMap(([file, { calls }]) =>
    calls
      .filter(({ node, text }) => !machine.reached.has(node) && !byHand.includes(text ?? ''))
      .map((call) =>
        finding(call, file, 'but nothing that was read runs this call of createList', isDead(call)),
      ),
  );
  const known = machine.registry.entries.map(({ list }) => list.key);
  const unread = unreadFiles(machine, surveys, isDead).flatMap(({ file, survey, place, isLost }) => {
    const at = sourceOf(place);
    const reason = `in a file that only unread code leads to (${at.file}:${at.line}:${at.column})`;
    const calls = survey.calls.filter(({ text }) => !known.includes(text ?? ''));
    return calls.map((call) => finding(call, file, reason, isLost));
  });
  return [...unrun, ...unread];
}

interface Unread {
  readonly file: SourceText;
  readonly survey: Survey;
  /** The place that leads there. */
  readonly place: Place;
  /** Whether only code that never runs leads there. */
  readonly isLost: boolean;
}

/** The files that unread code leads to. It may import what its text names, and every path that it gets. */
function unreadFiles(
  machine: Machine,
  read: ReadonlyMap<SourceText, Survey>,
  isDead: (site: Site) => boolean,
): readonly Unread[] {
  const { sources, resolver } = machine.modules;
  const unread: Unread[] = [];
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
    unread.push({ file, survey, place, isLost });
    for (const each of survey.imports) follow(file, each, place, isLost);
  };
  const follow = (from: SourceText, { text }: Site, place: Place, isLost: boolean): void => {
    const resolution = resolver.resolve(text ?? '', from.path);
    if (resolution.kind === 'file') visit(resolution.path, place, isLost);
  };
  for (const { path: name, place } of machine.leads) visit(name, place, false);
  for (const isLost of [false, true]) {
    for (const [file, { imports }] of read) {
      for (const each of imports.filter((one) => isDead(one) === isLost)) {
        follow(file, each, { file, at: each.node }, isLost);
      }
    }
  }
  return unread;
}

/** The files of code below a folder, except those of packages and tests. */
function codeIn(folder: string): readonly string[] {
  return (namesIn(folder) ?? [])
    .filter((name) => name !== 'node_modules' && !/^[._]|\.(test|spec|d)\.\w+$/.test(name))
    .map((name) => path.join(folder, name))
    .filter((name) => isDirectory(name) || /\.([cm]?[jt]s|[jt]sx)$/.test(name));
}

/** Most files have none of this, and a walk takes time. */
const mayMatter = /createList|\brequire\b|\bimport\b/;

/** Walks with a list of its own: the code may nest deeper than the stack of the reader. */
function surveyOf({ tree, text }: SourceText): Survey {
  const calls: Site[] = [];
  const imports: Site[] = [];
  const used = new Set<string>();
  const left: { node: ts.Node; parent: ts.Node; around: readonly Around[]; isArgument: boolean }[] = [];
  if (tree !== null && mayMatter.test(text)) {
    left.push({ node: tree, parent: tree, around: [], isArgument: false });
  }
  for (let at = left.pop(); at !== undefined; at = left.pop()) {
    const { node, parent } = at;
    let { around, isArgument } = at;
    if (ts.isFunctionLike(node)) {
      around = [...around, { node, name: nameOf(node) ?? nameOf(parent), isArgument }];
      isArgument = false;
    }
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      isArgument = true;
      for (const each of [node.expression, ...(node.arguments ?? [])]) used.add(lastName(each) ?? '');
      // Keystone's needs a key and a config. Other things have a `createList()`, too.
      const isMethod = ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression);
      if (isMethod && lastName(node.expression) === 'createList' && node.arguments.length > 0) {
        calls.push({ node, text: textOf(node.arguments?.[0]), around });
      }
    }
    const specifier = textOf(importedBy(node));
    if (specifier !== null) imports.push({ node, text: specifier, around });
    const inner = { parent: node, around, isArgument };
    ts.forEachChild(node, (child) => void left.push({ node: child, ...inner }));
  }
  return { calls: calls.reverse(), imports, used };
}

const textOf = (node: ts.Node | undefined): string | null =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;

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

/** What an `import` or `require` names, unless it imports only types. */
function importedBy(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node)) {
    const isForTypes = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return isForTypes ? undefined : node.moduleSpecifier;
  }
  if (ts.isExportDeclaration(node)) return node.isTypeOnly ? undefined : node.moduleSpecifier;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport || lastName(node.expression) === 'require' ? node.arguments[0] : undefined;
}
