import { forEachOption, fork } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { fail } from '../machine.ts';
import { getMember, toKey } from '../members.ts';
import { deleteProperty } from '../objects.ts';
import { declare, functionScope, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { nullish } from '../truth.ts';
import {
  choice,
  isNullish,
  isUndefined,
  mayBeAbsent,
  newArray,
  newObject,
  optionsOf,
  type Value,
} from '../values.ts';
import { update } from './assignments.ts';
import { evaluate, placeOf } from './expression.ts';
import { evaluateNamed, spreadValue } from './literals.ts';

/** What receives a part of a destructured value: a declaration, or an assignment's target. */
type Receive = (scope: Scope, target: ts.Node, value: Value) => void;

/** Declares the variables of a declaration or parameter and gives them their parts of a value. */
export function bindPattern(
  scope: Scope,
  name: ts.BindingName,
  value: Value,
  initializer?: ts.Expression,
  isVar = false,
): void {
  const receive: Receive = (inner, target, part) => {
    if (ts.isIdentifier(target)) declare(isVar ? functionScope(inner) : inner, target.text, part);
    else if (ts.isObjectBindingPattern(target))
      takeApartObject(inner, target, target.elements.map(fromBinding), part, receive);
    else if (ts.isArrayBindingPattern(target))
      takeApartArray(inner, target, target.elements.map(fromBinding), part, receive);
  };
  receive(scope, name, withDefault(scope, value, initializer, name));
}

/** `({ a, b: [c] } = value)`: like a declaration, but into what is there. */
export function assignPattern(scope: Scope, pattern: ts.Expression, value: Value): void {
  const receive: Receive = (inner, target, part) => {
    if (ts.isObjectLiteralExpression(target)) {
      takeApartObject(inner, target, target.properties.map(fromAssignment), part, receive);
    } else if (ts.isArrayLiteralExpression(target)) {
      takeApartArray(inner, target, target.elements.map(fromElement), part, receive);
    } else update(target as ts.Expression, inner, () => part);
  };
  receive(scope, pattern, value);
}

/** One part of a pattern, whichever of the two syntaxes it was written in. */
interface Part {
  readonly node: ts.Node;
  /** Null for a hole in an array pattern. */
  readonly target: ts.Node | null;
  readonly name: ts.PropertyName | null;
  readonly initializer: ts.Expression | undefined;
  readonly isRest: boolean;
}

function fromBinding(node: ts.BindingElement | ts.OmittedExpression): Part {
  if (ts.isOmittedExpression(node)) return hole(node);
  const { name, propertyName, initializer } = node;
  const own = ts.isIdentifier(name) ? name : null;
  return {
    node,
    target: name,
    name: propertyName ?? own,
    initializer,
    isRest: node.dotDotDotToken !== undefined,
  };
}

function fromAssignment(node: ts.ObjectLiteralElementLike): Part {
  if (ts.isSpreadAssignment(node)) {
    return { node, target: node.expression, name: null, initializer: undefined, isRest: true };
  }
  if (ts.isShorthandPropertyAssignment(node)) {
    return {
      node,
      target: node.name,
      name: node.name,
      initializer: node.objectAssignmentInitializer,
      isRest: false,
    };
  }
  if (!ts.isPropertyAssignment(node)) return hole(node);
  return { ...fromElement(node.initializer), node, name: node.name };
}

function fromElement(node: ts.Expression): Part {
  if (ts.isOmittedExpression(node)) return hole(node);
  if (ts.isSpreadElement(node)) {
    return { node, target: node.expression, name: null, initializer: undefined, isRest: true };
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    return { node, target: node.left, name: null, initializer: node.right, isRest: false };
  }
  return { node, target: node, name: null, initializer: undefined, isRest: false };
}

function hole(node: ts.Node): Part {
  return { node, target: null, name: null, initializer: undefined, isRest: false };
}

function takeApartObject(
  scope: Scope,
  pattern: ts.Node,
  parts: readonly Part[],
  value: Value,
  receive: Receive,
): void {
  const { machine } = scope.frame;
  if (isNullish(value)) fail(machine, 'undefined or null is destructured', placeOf(pattern, scope));
  const taken: string[] = [];
  for (const part of parts) {
    if (part.target === null) continue;
    const place = placeOf(part.node, scope);
    if (part.isRest) {
      receive(scope, part.target, rest(scope, pattern, value, taken));
      continue;
    }
    if (part.name === null) continue;
    const computed = ts.isComputedPropertyName(part.name) ? evaluate(part.name.expression, scope) : null;
    const key = computed === null ? textOf(part.name) : toKey(machine, computed, place);
    if (typeof key === 'string') taken.push(key);
    const member = getMember(machine, value, key, place);
    receive(scope, part.target, withDefault(scope, member, part.initializer, part.target));
  }
}

function textOf(name: ts.PropertyName): string {
  return ts.isComputedPropertyName(name) ? '' : name.text;
}

/** `...others`: a copy of the object without what the pattern took. */
function rest(scope: Scope, pattern: ts.Node, value: Value, taken: readonly string[]): Value {
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

function takeApartArray(
  scope: Scope,
  pattern: ts.Node,
  parts: readonly Part[],
  value: Value,
  receive: Receive,
): void {
  const place = placeOf(pattern, scope);
  const { machine } = scope.frame;
  const array = iterate(machine, value, place);
  const { elements, open } = array;
  for (const [index, part] of parts.entries()) {
    if (part.target === null) continue;
    if (part.isRest) {
      receive(
        scope,
        part.target,
        newArray(elements.slice(index), place, open ?? elements.slice(0, index).find(mayBeAbsent)?.why),
      );
      continue;
    }
    const element = getMember(machine, array, String(index), place);
    receive(scope, part.target, withDefault(scope, element, part.initializer, part.target));
  }
}

/** A value, or its default where it is undefined, or both where it may be. */
function withDefault(
  scope: Scope,
  value: Value,
  initializer: ts.Expression | undefined,
  target: ts.Node,
): Value {
  if (initializer === undefined) return value;
  const fallback = () => evaluateNamed(initializer, scope, ts.isIdentifier(target) ? target.text : '');
  if (isUndefined(value)) return fallback();
  const { machine } = scope.frame;
  const doubt = value.kind === 'unknown' || value.kind === 'external' ? nullish(value) : false;
  if (typeof doubt === 'object') return choice(fork(machine, doubt, [() => value, fallback]), doubt);
  if (value.kind !== 'choice' || !optionsOf(value).some(isUndefined)) return value;
  const others = optionsOf(value).filter((option) => !isUndefined(option));
  return choice(fork(machine, value.why, [() => choice(others, value.why), fallback]), value.why);
}
