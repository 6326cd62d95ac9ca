import { declare, newBinding, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import { undefinedValue, type Value } from '../values.ts';

/** The `var` names of the bodies of functions and modules. */
const hoisted = new WeakMap<ts.Node, ReadonlySet<string>>();

/**
 * Declares the `var` names of a function or module before it runs. From its start they are there, and undefined: an inner
 * one hides an outer one, and one that is set on a condition was undefined before.
 */
export function hoist(body: ts.Block | ts.ModuleBlock | ts.SourceFile, scope: Scope): void {
  let names = hoisted.get(body);
  if (names === undefined) {
    const found = new Set<string>();
    for (const statement of body.statements) addVarNames(statement, found);
    names = found;
    hoisted.set(body, names);
  }
  for (const name of names) {
    if (!scope.variables.has(name)) scope.variables.set(name, newBinding(undefinedValue));
  }
}

function addVarNames(node: ts.Node, names: Set<string>): void {
  if (ts.isExpression(node) || ts.isFunctionLike(node) || ts.isClassLike(node)) return;
  if (ts.isModuleDeclaration(node) || hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
  if (!ts.isVariableDeclarationList(node)) ts.forEachChild(node, (child) => addVarNames(child, names));
  else if ((node.flags & ts.NodeFlags.BlockScoped) === 0) {
    for (const { name } of node.declarations) addNames(name, names);
  }
}

function addNames(name: ts.BindingName, names: Set<string>): void {
  if (ts.isIdentifier(name)) names.add(name.text);
  else {
    for (const element of name.elements) {
      if (!ts.isOmittedExpression(element)) addNames(element.name, names);
    }
  }
}

/** Declares a function of a block also outside, unless the name has a meaning there: so does code that is not strict. */
export function declareOutside(block: Scope, name: string, value: Value): void {
  let at = block;
  while (!at.isFunction && at.parent !== null) {
    at = at.parent;
    if (at.variables.has(name)) return;
  }
  declare(at, name, value);
}
