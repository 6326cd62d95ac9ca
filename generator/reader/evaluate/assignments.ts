import { forEachOption, forkValue } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { fail } from '../machine.ts';
import { getMember, setMember } from '../members.ts';
import { deleteProperty } from '../objects.ts';
import { assign, declare, functionScope, lookUp, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { nullish } from '../truth.ts';
import {
  isNullish,
  isUndefined,
  limit,
  mayBeAbsent,
  newArray,
  newObject,
  presentOr,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import {
  evaluate,
  isAccess,
  keyOfName,
  placeOf,
  readGlobal,
  withKey,
  withoutParentheses,
} from './expression.ts';
import { evaluateNamed, spreadValue } from './literals.ts';
import { applyOperator, combine } from './operators.ts';

/** `target = value`, `target += value`, `target ??= value` and the like. */
export function evaluateAssignment({ left, operatorToken, right }: ts.BinaryExpression, scope: Scope): Value {
  if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) {
    const value = evaluate(right, scope);
    assignPattern(scope, left, value);
    return value;
  }
  if (operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const name = ts.isIdentifier(left) ? left.text : '';
    return update(left, scope, () => evaluateNamed(right, scope, name));
  }
  const operator = (ts.tokenToString(operatorToken.kind) ?? '').slice(0, -1);
  const place = placeOf(left, scope);
  return update(left, scope, (former) =>
    applyOperator(operator, former(), () => evaluate(right, scope), scope, place),
  );
}

/** `++` and `--`, before or after. */
export function evaluateStep(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  scope: Scope,
): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '+' : '-';
  let before: Value = undefinedValue;
  const after = update(node.operand, scope, (former) => {
    before = combine(machine, '*', former(), primitive(1), place);
    return combine(machine, operator, before, primitive(1), place);
  });
  return ts.isPrefixUnaryExpression(node) ? after : before;
}

/** Gives a target a value made from its former one. The parts of the target are evaluated once. */
export function update(node: ts.Expression, scope: Scope, change: (former: () => Value) => Value): Value {
  const { machine } = scope.frame;
  const target = withoutParentheses(node);
  if (ts.isIdentifier(target)) {
    const binding = lookUp(scope, target.text);
    const place = placeOf(target, scope);
    const value = change(() =>
      binding === null ? readGlobal(machine, target.text, place) : presentOr(read(binding)),
    );
    // An undeclared name becomes a global variable, as it does outside strict mode.
    if (binding === null) setMember(machine, machine.globalObject, target.text, value, place);
    else if (binding.isFixed === true) fail(machine, 'a constant is given another value', place);
    else assign(machine, binding, value);
    return value;
  }
  if (!isAccess(target)) return change(() => undefinedValue);
  const place = placeOf(
    ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression,
    scope,
  );
  const object = evaluate(target.expression, scope);
  return withKey(target, scope, (key) => {
    let former: Value | null = null;
    const value = change(() => {
      former = getMember(machine, object, key, place);
      return former;
    });
    // `??=` and the like set nothing if they keep the former value.
    if (value !== former) setMember(machine, object, key, value, place);
    return value;
  });
}

/** Declares the variables of a declaration or parameter and gives them their parts of a value. */
export function bindPattern(
  scope: Scope,
  name: ts.BindingName,
  value: Value,
  initializer?: ts.Expression,
  isVar = false,
): void {
  const given = withDefault(scope, value, initializer, name);
  if (ts.isIdentifier(name)) declare(isVar ? functionScope(scope) : scope, name.text, given);
  else if (ts.isObjectBindingPattern(name)) bindObject(scope, name, given, isVar);
  else bindArray(scope, name, given, isVar);
}

function bindObject(scope: Scope, pattern: ts.ObjectBindingPattern, value: Value, isVar: boolean): void {
  const { machine } = scope.frame;
  if (isNullish(value)) fail(machine, 'undefined or null is destructured', placeOf(pattern, scope));
  const taken: string[] = [];
  for (const element of pattern.elements) {
    const { name, propertyName, initializer, dotDotDotToken } = element;
    if (dotDotDotToken !== undefined) {
      bindPattern(scope, name, withoutTaken(scope, pattern, value, taken), undefined, isVar);
      continue;
    }
    const key = keyOfName(propertyName ?? (name as ts.Identifier), scope);
    if (typeof key === 'string') taken.push(key);
    const part = getMember(machine, value, key, placeOf(element, scope));
    bindPattern(scope, name, part, initializer, isVar);
  }
}

/** `...others`: a copy of the object without what the pattern took. */
function withoutTaken(scope: Scope, pattern: ts.Node, value: Value, taken: readonly string[]): Value {
  const { machine } = scope.frame;
  const place = placeOf(pattern, scope);
  return forEachOption(machine, value, (option) => {
    if (option.kind === 'unknown') return option;
    const others = newObject(place);
    spreadValue(machine, others, option, place);
    for (const name of taken) deleteProperty(machine, others, name);
    return others;
  });
}

function bindArray(scope: Scope, pattern: ts.ArrayBindingPattern, value: Value, isVar: boolean): void {
  const place = placeOf(pattern, scope);
  const { machine } = scope.frame;
  const array = iterate(machine, value, place);
  for (const [index, element] of pattern.elements.entries()) {
    if (ts.isOmittedExpression(element)) continue;
    const doubt = array.open ?? array.elements.slice(0, index).find(mayBeAbsent)?.why;
    const part =
      element.dotDotDotToken === undefined
        ? getMember(machine, array, String(index), place)
        : newArray(array.elements.slice(index), place, doubt);
    bindPattern(scope, element.name, part, element.initializer, isVar);
  }
}

/** A value, or its default where it is undefined. */
function withDefault(
  scope: Scope,
  value: Value,
  initializer: ts.Expression | undefined,
  target: ts.BindingName,
): Value {
  if (initializer === undefined) return value;
  const { machine } = scope.frame;
  const fallback = () => evaluateNamed(initializer, scope, ts.isIdentifier(target) ? target.text : '');
  return forEachOption(machine, value, (each) => {
    const option = presentOr(each);
    if (option.kind !== 'unknown' && option.kind !== 'external')
      return isUndefined(option) ? fallback() : option;
    const doubt = nullish(option);
    return typeof doubt === 'boolean' ? option : forkValue(machine, doubt, [() => option, fallback]);
  });
}

/** Sets a variable or property. What is set by taking a value apart, as in `({ a, b } = value)`, is unknown from then on. */
export function assignPattern(scope: Scope, pattern: ts.Expression, value: Value): void {
  if (!ts.isObjectLiteralExpression(pattern) && !ts.isArrayLiteralExpression(pattern)) {
    update(pattern, scope, () => value);
    return;
  }
  const why = limit('an assignment that takes a value apart is not followed', placeOf(pattern, scope));
  const lose = (node: ts.Node): void => {
    if (ts.isBinaryExpression(node)) lose(node.left);
    else if (ts.isPropertyAssignment(node)) lose(node.initializer);
    else if (ts.isShorthandPropertyAssignment(node)) lose(node.name);
    else if (ts.isExpression(node) && !isContainer(node)) update(node, scope, () => why);
    else ts.forEachChild(node, lose);
  };
  lose(pattern);
}

function isContainer(node: ts.Node): boolean {
  return ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isSpreadElement(node);
}
