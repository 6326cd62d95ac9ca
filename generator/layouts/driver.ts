import { ts } from '../reader/syntax.ts';

/** What a step of the scripts changes, and methods of mongosh's objects that ask the server. In the shell they give the answer, in the driver a promise of it. */
const ASKING = new Set([
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

/** Those that only prepare a question. Both are what the template migrate-mongo.js has of the shell. */
const PREPARING = new Set([
  'aggregate',
  'find',
  'getCollection',
  'getMongo',
  'getName',
  'getReadPrefMode',
  'limit',
  'sort',
]);

/** Methods of arrays that the template has a form of that waits for each call before the next. */
const IN_TURN = new Set(['every', 'filter', 'map', 'some']);

const SHELL_GLOBALS = new Set(['db', 'print']);

const LANGUAGE_GLOBALS = new Set(Object.getOwnPropertyNames(globalThis));

/** What the values of JavaScript itself can do. */
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
 * The same script for the driver of Node, as the body of an async function that has `db`, `print` and `inTurn`: every question
 * to the server is awaited, and so is every function that asks one. Nothing else is changed. Throws, with the line,
 * where a script uses what the driver's form is not known of.
 */
export function toDriver(script: string): string {
  const tree = ts.createSourceFile('script.js', script, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const nodes = descendants(tree);
  refuseUnknown(tree, nodes);
  const asking = askingFunctions(nodes.filter(isFunction));
  const insertions = nodes.flatMap((node): Insertion[] => {
    refuseLost(node, asking);
    if (isFunction(node) && asking.has(node)) return [{ at: node.getStart(), text: 'async ' }];
    return ts.isCallExpression(node) && asks(node, asking) ? awaited(node, goesInTurn(node, asking)) : [];
  });
  return insert(script, insertions);
}

/** The script without the functions and values at its top that nothing makes use of, beginning with those that are named. */
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
      const known = [ASKING, PREPARING, LANGUAGE_METHODS].some((names) => names.has(method.text));
      if (!known) throw unknown(method, `the driver's form of .${method.text}() is not known`);
    }
    // Moving lines, as a template does that indents them, would change such a text.
    if (ts.isTemplateLiteral(node) && node.getText(tree).includes('\n')) {
      throw unknown(node, 'a text goes over several lines');
    }
  }
}

/** The functions that ask the server: themselves, or by way of another. */
function askingFunctions(functions: readonly FunctionNode[]): Set<FunctionNode> {
  const asking = new Set<FunctionNode>();
  let size = -1;
  while (size < asking.size) {
    size = asking.size;
    for (const candidate of functions) {
      const own = descendants(candidate, isFunction);
      if (own.some((node) => ts.isCallExpression(node) && asks(node, asking))) asking.add(candidate);
    }
  }
  return asking;
}

/** Functions are known by their names; what a function was given to call could ask, so it is waited for too. */
function asks(call: ts.CallExpression, asking: ReadonlySet<FunctionNode>): boolean {
  const { expression } = call;
  if (ts.isPropertyAccessExpression(expression)) {
    return ASKING.has(expression.name.text) || goesInTurn(call, asking);
  }
  return ts.isIdentifier(expression) && (namesOf(asking).has(expression.text) || isParameter(expression));
}

/** Whether it is `list.some(…)` or the like with a function that asks. */
const goesInTurn = (
  { expression, arguments: [callback] }: ts.CallExpression,
  asking: ReadonlySet<ts.Node>,
): boolean =>
  ts.isPropertyAccessExpression(expression) &&
  IN_TURN.has(expression.name.text) &&
  callback !== undefined &&
  asking.has(callback);

/** An asking function can only be called, or be given to a function of the script: nothing else would wait for it. */
function refuseLost(node: ts.Node, asking: ReadonlySet<FunctionNode>): void {
  const isNamed = ts.isIdentifier(node) && isReference(node) && namesOf(asking).has(node.text);
  const isAnonymous = isFunction(node) && nameOf(node) === null && asking.has(node);
  if (!isNamed && !isAnonymous) return;
  if (ts.isCallExpression(node.parent)) {
    if (node.parent.expression === node || ts.isIdentifier(node.parent.expression)) return;
    if (goesInTurn(node.parent, asking)) return;
  }
  throw unknown(node, `nothing waits for ${isNamed ? node.text : 'this function'}, which asks the server`);
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

/** Of insertions at one place the outer comes first, as in the tree. */
function insert(text: string, insertions: readonly Insertion[]): string {
  let result = '';
  let end = 0;
  for (const insertion of insertions.toSorted((a, b) => a.at - b.at)) {
    result += text.slice(end, insertion.at) + insertion.text;
    end = insertion.at;
  }
  return result + text.slice(end);
}

/** All nodes below one, in the order of the text; not what is inside of the nodes that are left out. */
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

/** Whether an identifier stands for a value, rather than naming a property or declaring something. */
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
  return new Error(`This script cannot be given to the driver: line ${line + 1}: ${what}`);
}
