import { ts } from '../reader/syntax.ts';

/** Methods that call the server: mongosh returns the result, the driver a promise. `change` is a method of the library's steps. */
const SERVER_METHODS = new Set([
  'change',
  'countDocuments',
  'createCollection',
  'createIndex',
  'deleteMany',
  'deleteOne',
  'drop',
  'dropIndex',
  'estimatedDocumentCount',
  'findOne',
  'getCollectionInfos',
  'getIndexes',
  'insertMany',
  'insertOne',
  'renameCollection',
  'replaceOne',
  'setReadPref',
  'setWriteConcern',
  'toArray',
  'updateMany',
  'updateOne',
]);

/** Methods that do not call the server yet. The template migrate-mongo.js implements these and the ones above. */
const LOCAL_METHODS = new Set([
  'aggregate',
  'find',
  'getCollection',
  'getMongo',
  'getName',
  'getReadPrefMode',
  'limit',
  'sort',
]);

/** Array methods for which the template has a version that awaits each call before the next. */
const IN_TURN = new Set(['every', 'filter', 'map', 'some']);

const SHELL_GLOBALS = new Set(['db', 'print']);

const LANGUAGE_GLOBALS = new Set(Object.getOwnPropertyNames(globalThis));

/** The methods of JavaScript itself. */
const LANGUAGE_METHODS = new Set(
  [
    ...[Array, Object, String, Number, Function, Map, Set, RegExp, Date].flatMap((type) => [
      type,
      type.prototype,
    ]),
    Math,
    JSON,
  ].flatMap((holder) => Object.getOwnPropertyNames(holder)),
);

type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction;

interface Insertion {
  readonly at: number;
  readonly text: string;
}

/**
 * Turns a mongosh script into one for the Node.js driver: the body of an async function that has `db`, `print` and `inTurn`.
 * Awaits every call to the server, and every call of a function that makes one. Changes nothing else.
 *
 * @throws Error with the line, if the script uses anything that this conversion does not know
 */
export function toDriver(script: string): string {
  const tree = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const nodes = descendants(tree);
  refuseUnknown(tree, nodes);
  const asyncFunctions = findAsyncFunctions(nodes.filter(isFunction));
  const insertions = nodes.flatMap((node): Insertion[] => {
    refuseUnawaited(node, asyncFunctions);
    if (isFunction(node) && asyncFunctions.has(node)) return [{ at: node.getStart(), text: 'async ' }];
    return ts.isCallExpression(node) && callsServer(node, asyncFunctions)
      ? awaited(node, goesInTurn(node, asyncFunctions))
      : [];
  });
  return insert(script, insertions);
}

/** Removes the top-level functions and values that the named ones do not use. */
export function onlyUsed(script: string, roots: readonly string[]): string {
  const tree = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const used = new Set(roots);
  const isUsed = (statement: ts.Statement) => namesDeclaredBy(statement).some((name) => used.has(name));
  for (let size = 0; size < used.size; ) {
    size = used.size;
    for (const statement of tree.statements.filter(isUsed)) {
      for (const node of descendants(statement))
        if (ts.isIdentifier(node) && isReference(node)) used.add(node.text);
    }
  }
  return tree.statements
    .filter(isUsed)
    .map((statement) => statement.getFullText())
    .join('');
}

function namesDeclaredBy(statement: ts.Statement): string[] {
  if (ts.isFunctionDeclaration(statement)) return statement.name ? [statement.name.text] : [];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.map(({ name }) => name.getText());
}

function refuseUnknown(tree: ts.SourceFile, nodes: readonly ts.Node[]): void {
  const declared = new Set(nodes.filter(isDeclaredName).map(({ text }) => text));
  for (const node of nodes) {
    if (ts.isIdentifier(node) && isReference(node)) {
      const known = [declared, SHELL_GLOBALS, LANGUAGE_GLOBALS].some((names) => names.has(node.text));
      if (!known) throw unknown(node, `${node.text} is not known outside of mongosh`);
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const method = node.expression.name;
      const known = [SERVER_METHODS, LOCAL_METHODS, LANGUAGE_METHODS].some((names) => names.has(method.text));
      if (!known) throw unknown(method, `the driver's version of .${method.text}() is not known`);
    }
    // A template indents the lines of the script, which would change such a string.
    if (ts.isTemplateLiteral(node) && node.getText(tree).includes('\n')) {
      throw unknown(node, 'a string spans several lines');
    }
  }
}

/** The functions that call the server, directly or through another function. */
function findAsyncFunctions(functions: readonly FunctionNode[]): Set<FunctionNode> {
  const asyncFunctions = new Set<FunctionNode>();
  let size = -1;
  while (size < asyncFunctions.size) {
    size = asyncFunctions.size;
    for (const candidate of functions) {
      const own = descendants(candidate, isFunction);
      if (own.some((node) => ts.isCallExpression(node) && callsServer(node, asyncFunctions)))
        asyncFunctions.add(candidate);
    }
  }
  return asyncFunctions;
}

/** Recognizes functions by name. A callback parameter could call the server, so its calls are awaited too. */
function callsServer(call: ts.CallExpression, asyncFunctions: ReadonlySet<FunctionNode>): boolean {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression)) {
    return SERVER_METHODS.has(expression.name.text) || goesInTurn(call, asyncFunctions);
  }
  return (
    ts.isIdentifier(expression) && (namesOf(asyncFunctions).has(expression.text) || isParameter(expression))
  );
}

/** Whether it is a call such as `list.some(…)` with a callback that calls the server. */
const goesInTurn = (
  { expression, arguments: [callback] }: ts.CallExpression,
  asyncFunctions: ReadonlySet<ts.Node>,
): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  IN_TURN.has(expression.name.text) &&
  callback !== undefined &&
  asyncFunctions.has(callback);

/** Refuses any use of an async function but a call, or as an argument of the script's own functions: nothing would await it. */
function refuseUnawaited(node: ts.Node, asyncFunctions: ReadonlySet<FunctionNode>): void {
  const isNamed = ts.isIdentifier(node) && isReference(node) && namesOf(asyncFunctions).has(node.text);
  const isAnonymous = isFunction(node) && nameOf(node) === null && asyncFunctions.has(node);
  if (!isNamed && !isAnonymous) return;
  if (ts.isCallExpression(node.parent)) {
    if (node.parent.expression === node || ts.isIdentifier(node.parent.expression)) return;
    if (goesInTurn(node.parent, asyncFunctions)) return;
  }
  throw unknown(node, `nothing waits for ${isNamed ? node.text : 'this function'}, which calls the server`);
}

function awaited(call: ts.CallExpression, isInTurn: boolean): Insertion[] {
  const { parent, expression } = call;
  const isReceiver =
    (ts.isPropertyAccessExpression(parent) ||
      ts.isElementAccessExpression(parent) ||
      ts.isCallExpression(parent)) &&
    parent.expression === call;
  const list = isInTurn && ts.isPropertyAccessExpression(expression) ? expression.expression : null;
  return [
    { at: call.getStart(), text: `${isReceiver ? '(' : ''}await ${list ? 'inTurn(' : ''}` },
    ...(list ? [{ at: list.getEnd(), text: ')' }] : []),
    ...(isReceiver ? [{ at: call.getEnd(), text: ')' }] : []),
  ];
}

/** At the same position, the outer insertion comes first, as in the tree. */
function insert(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let end = 0;
  for (const insertion of insertions.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(end, insertion.at) + insertion.text;
    end = insertion.at;
  }
  return result + text.slice(end);
}

/** All nodes below a node, in source order, without the subtrees that are left out. */
function descendants(node: ts.Node, isLeftOut = (_: ts.Node): boolean => false): ts.Node[] {
  const found: ts.Node[] = [];
  ts.forEachChild(node, (child) => {
    if (isLeftOut(child)) return;
    found.push(child, ...descendants(child, isLeftOut));
  });
  return found;
}

const isFunction = (node: ts.Node): node is FunctionNode =>
  ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node) || ts.isArrowFunction(node);

function nameOf(node: FunctionNode): string | null {
  if (node.name) return node.name.text;
  return ts.isVariableDeclaration(node.parent) && ts.isIdentifier(node.parent.name)
    ? node.parent.name.text
    : null;
}

const namesOf = (functions: ReadonlySet<FunctionNode>): Set<string | null> =>
  new Set([...functions].map(nameOf));

const isDeclaredName = (node: ts.Node): node is ts.Identifier =>
  ts.isIdentifier(node) &&
  (ts.isVariableDeclaration(node.parent) ||
    ts.isParameter(node.parent) ||
    ts.isBindingElement(node.parent) ||
    ts.isFunctionDeclaration(node.parent)) &&
  node.parent.name === node;

/** Whether an identifier is used as a value, and is not a declaration or the name of a property. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (isDeclaredName(node)) return false;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  return true;
}

/** Whether the nearest declaration of a name is a parameter. */
function isParameter(name: ts.Identifier): boolean {
  for (let node: ts.Node = name.parent; !ts.isSourceFile(node); node = node.parent) {
    if (
      isFunction(node) &&
      node.parameters.some(({ name: parameter }) => parameter.getText() === name.text)
    ) {
      return true;
    }
  }
  return false;
}

function unknown(node: ts.Node, what: string): Error {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
  return new Error(`This script cannot be converted for the driver: line ${line + 1}: ${what}`);
}
