import { newBinding, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import { undefinedValue } from '../values.ts';

/** The names that bodies of functions and modules declare for all of themselves, by the bodies. */
const hoisted = new WeakMap<ts.Node, ReadonlySet<string>>();
/** The functions in blocks whose names are among these. */
const outOfBlocks = new WeakSet<ts.Node>();

/**
 * Declares the `var` names of a function or module before it runs. They are there, and undefined, from its
 * start: an inner one hides an outer one, and one that is set on a condition was undefined before.
 */
export function hoist(body: ts.Block | ts.ModuleBlock | ts.SourceFile, scope: Scope): void {
  let names = hoisted.get(body);
  if (names === undefined) {
    names = namesIn(body, new Set(scope.variables.keys()), isStrict(body, scope));
    hoisted.set(body, names);
  }
  for (const name of names) {
    if (!scope.variables.has(name)) scope.variables.set(name, newBinding(undefinedValue));
  }
}

/**
 * Whether a function that stands in a block is also known outside of it, in the whole function around it.
 * So it is where the code is not strict; `hoist` has come by before.
 */
export function isHoistedOutOfBlock(node: ts.FunctionDeclaration): boolean {
  return outOfBlocks.has(node);
}

function isStrict({ statements }: { readonly statements: readonly ts.Statement[] }, scope: Scope): boolean {
  const { isEsm, file } = scope.frame.module;
  return isEsm || isMarkedStrict(statements) || isMarkedStrict(file.tree?.statements ?? []);
}

function isMarkedStrict([first]: readonly ts.Statement[]): boolean {
  return (
    first !== undefined &&
    ts.isExpressionStatement(first) &&
    ts.isStringLiteral(first.expression) &&
    first.expression.text === 'use strict'
  );
}

function namesIn(
  body: ts.Block | ts.ModuleBlock | ts.SourceFile,
  parameters: ReadonlySet<string>,
  isStrictCode: boolean,
): ReadonlySet<string> {
  const names = new Set<string>();
  /** `taken` are the names by which the blocks around mean something of their own. */
  const visit = (node: ts.Node, taken: ReadonlySet<string>): void => {
    if (ts.isExpression(node) || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
    if (ts.isModuleDeclaration(node) || hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
    if (ts.isVariableDeclarationList(node)) {
      if (!isBlockScoped(node)) for (const { name } of node.declarations) addNames(name, names);
    } else if (ts.isBlock(node) || ts.isCaseBlock(node)) visitBlock(statementsOf(node), taken);
    else ts.forEachChild(node, (child) => visit(child, taken));
  };
  const visitBlock = (statements: readonly ts.Statement[], outer: ReadonlySet<string>): void => {
    const taken = new Set([...outer, ...blockNames(statements)]);
    const functions = statements.filter(ts.isFunctionDeclaration);
    for (const each of functions) {
      const name = each.name?.text;
      if (name === undefined || isStrictCode || taken.has(name) || !isPlain(each)) continue;
      names.add(name);
      outOfBlocks.add(each);
    }
    for (const { name } of functions) if (name !== undefined) taken.add(name.text);
    for (const statement of statements) visit(statement, taken);
  };
  const own = new Set([...parameters, ...blockNames(body.statements)]);
  for (const statement of body.statements) visit(statement, own);
  return names;
}

function statementsOf(block: ts.Block | ts.CaseBlock): readonly ts.Statement[] {
  return ts.isBlock(block) ? block.statements : block.clauses.flatMap((clause) => [...clause.statements]);
}

/** What statements declare for their block alone, but for functions. */
function blockNames(statements: readonly ts.Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of statements) {
    if (ts.isClassDeclaration(statement) && statement.name !== undefined) names.add(statement.name.text);
    if (!ts.isVariableStatement(statement) || !isBlockScoped(statement.declarationList)) continue;
    for (const { name } of statement.declarationList.declarations) addNames(name, names);
  }
  return names;
}

/** Async functions and generators stay in their blocks. */
function isPlain(node: ts.FunctionDeclaration): boolean {
  return node.asteriskToken === undefined && !hasModifier(node, ts.SyntaxKind.AsyncKeyword);
}

function isBlockScoped(list: ts.VariableDeclarationList): boolean {
  return (list.flags & ts.NodeFlags.BlockScoped) !== 0;
}

function addNames(name: ts.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) names.add(name.text);
  else {
    for (const element of name.elements) {
      if (!ts.isOmittedExpression(element)) addNames(element.name, names);
    }
  }
}
