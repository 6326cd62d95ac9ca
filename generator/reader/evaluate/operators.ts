import { either, fork } from '../fork.ts';
import { deleteMember, toKey } from '../members.ts';
import { has } from '../objects.ts';
import type { Place } from '../place.ts';
import { lookUp, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { decided, narrowed, nullish, strictlyEqual, truth } from '../truth.ts';
import {
  booleanValue,
  choice,
  type ExternalValue,
  limit,
  type ObjectValue,
  optionsOf,
  type PrimitiveValue,
  primitive,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { evaluate, placeOf } from './expression.ts';
import { prototypeOf } from './functions.ts';
import { concatenate } from './literals.ts';

/** Whether an operator sets its left side: `=`, `+=`, `??=` and their like. */
export function isAssignmentOperator(kind: ts.SyntaxKind): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** A long row of one operator leans to the left so deep that it is walked in a loop. */
export function evaluateBinary(node: ts.BinaryExpression, scope: Scope): Value {
  const pending: ts.BinaryExpression[] = [];
  let leftmost: ts.Expression = node;
  while (ts.isBinaryExpression(leftmost) && !isAssignmentOperator(leftmost.operatorToken.kind)) {
    pending.push(leftmost);
    leftmost = leftmost.left;
  }
  let value = evaluate(leftmost, scope);
  for (const each of pending.reverse()) value = applyOperator(each, value, scope);
  return value;
}

function applyOperator(node: ts.BinaryExpression, left: Value, scope: Scope): Value {
  const right = () => evaluate(node.right, scope);
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return logicalAnd(left, right, scope);
    case ts.SyntaxKind.BarBarToken:
      return logicalOr(left, right, scope);
    case ts.SyntaxKind.QuestionQuestionToken:
      return coalesce(left, right, scope);
    case ts.SyntaxKind.CommaToken:
      return right();
    case ts.SyntaxKind.InKeyword:
      return isIn(left, right(), placeOf(node, scope));
    case ts.SyntaxKind.InstanceOfKeyword:
      return isInstance(left, right(), scope, placeOf(node, scope));
    default:
      return combine(node.operatorToken.kind, left, right(), placeOf(node, scope));
  }
}

/** `left && right`. The right side is evaluated only where it counts, and perhaps where that is unknown. */
export function logicalAnd(left: Value, right: () => Value, scope: Scope): Value {
  return either(scope.frame.machine, left, right, () => narrowed(left, false));
}

/** `left || right`, with the right side as for `logicalAnd`. */
export function logicalOr(left: Value, right: () => Value, scope: Scope): Value {
  return either(scope.frame.machine, left, () => narrowed(left, true), right);
}

/** `left ?? right`, with the right side as for `logicalAnd`. */
export function coalesce(left: Value, right: () => Value, scope: Scope): Value {
  const missing = nullish(left);
  if (missing === true) return right();
  if (missing === false) return left;
  const present =
    left.kind === 'choice'
      ? choice(
          left.options.filter((option) => nullish(option) !== true),
          missing,
        )
      : left;
  return choice(fork(scope.frame.machine, missing, [() => present, right]), missing);
}

/** An operator that looks at both values and does nothing else. */
export function combine(operator: ts.SyntaxKind, left: Value, right: Value, place: Place): Value {
  switch (operator) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return decided(strictlyEqual(left, right));
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return negated(strictlyEqual(left, right));
    case ts.SyntaxKind.EqualsEqualsToken:
      return decided(looselyEqual(left, right));
    case ts.SyntaxKind.ExclamationEqualsToken:
      return negated(looselyEqual(left, right));
    case ts.SyntaxKind.PlusToken:
      if (isNumberLike(left) && isNumberLike(right)) break;
      return concatenate(left, right, place);
    default:
  }
  if (left.kind === 'choice' || right.kind === 'choice') {
    const why = left.kind === 'choice' ? left.why : right.kind === 'choice' ? right.why : limit('', place);
    const all = optionsOf(left).flatMap((a) => optionsOf(right).map((b) => combine(operator, a, b, place)));
    return choice(all, why);
  }
  if (left.kind === 'unknown') return withoutTruth(left);
  if (right.kind === 'unknown') return withoutTruth(right);
  if (left.kind !== 'primitive' || right.kind !== 'primitive') {
    return limit('it is calculated from something that is no number', place);
  }
  return calculate(operator, left, right, place);
}

function negated(value: boolean | UnknownValue): Value {
  return typeof value === 'boolean' ? booleanValue(!value) : withoutTruth(value);
}

function looselyEqual(left: Value, right: Value): boolean | UnknownValue {
  const isNull = (value: Value) => value.kind === 'primitive' && value.value === null;
  if (isNull(left)) return nullish(right);
  if (isNull(right)) return nullish(left);
  if (left.kind === 'primitive' && right.kind === 'primitive') {
    // biome-ignore lint/suspicious/noDoubleEquals: this is the operator of the program read
    return left.value == right.value;
  }
  return strictlyEqual(left, right);
}

function isNumberLike(value: Value): boolean {
  return value.kind === 'primitive' && typeof value.value !== 'string' && typeof value.value !== 'bigint';
}

function calculate(
  operator: ts.SyntaxKind,
  left: PrimitiveValue,
  right: PrimitiveValue,
  place: Place,
): Value {
  const comparison = comparisons.get(operator);
  if (comparison !== undefined) return booleanValue(comparison(comparable(left), comparable(right)));
  const arithmetic = operations.get(operator);
  if (arithmetic === undefined) return limit('the operator is not evaluated', place);
  return primitive(arithmetic(Number(left.value), Number(right.value)));
}

type Comparable = string | number | bigint | boolean;

/** What is compared in place of null and undefined. */
function comparable({ value }: PrimitiveValue): Comparable {
  if (value === undefined) return Number.NaN;
  return value ?? 0;
}

const comparisons: ReadonlyMap<ts.SyntaxKind, (a: Comparable, b: Comparable) => boolean> = new Map([
  [ts.SyntaxKind.LessThanToken, (a, b) => a < b],
  [ts.SyntaxKind.LessThanEqualsToken, (a, b) => a <= b],
  [ts.SyntaxKind.GreaterThanToken, (a, b) => a > b],
  [ts.SyntaxKind.GreaterThanEqualsToken, (a, b) => a >= b],
]);

const operations: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => number> = new Map([
  [ts.SyntaxKind.PlusToken, (a, b) => a + b],
  [ts.SyntaxKind.MinusToken, (a, b) => a - b],
  [ts.SyntaxKind.AsteriskToken, (a, b) => a * b],
  [ts.SyntaxKind.SlashToken, (a, b) => a / b],
  [ts.SyntaxKind.PercentToken, (a, b) => a % b],
  [ts.SyntaxKind.AsteriskAsteriskToken, (a, b) => a ** b],
  [ts.SyntaxKind.AmpersandToken, (a, b) => a & b],
  [ts.SyntaxKind.BarToken, (a, b) => a | b],
  [ts.SyntaxKind.CaretToken, (a, b) => a ^ b],
  [ts.SyntaxKind.LessThanLessThanToken, (a, b) => a << b],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, (a, b) => a >> b],
]);

function isIn(key: Value, object: Value, place: Place): Value {
  if (object.kind === 'choice') {
    return choice(
      object.options.map((option) => isIn(key, option, place)),
      object.why,
    );
  }
  const name = toKey(key, place);
  if (typeof name !== 'string') return withoutTruth(name);
  if (object.kind === 'unknown') return withoutTruth(object);
  if (object.kind === 'object') return known(has(object, name), place);
  if (object.kind === 'function') return known(has(object.own, name), place);
  if (object.kind === 'array') return booleanValue(Number(name) < object.elements.length);
  return limit(`whether it has '${name}' is not known`, place);
}

function known(value: boolean | UnknownValue | ExternalValue, place: Place): Value {
  if (typeof value === 'boolean') return booleanValue(value);
  if (value.kind === 'unknown') return withoutTruth(value);
  return unknownExternal(value, place);
}

function isInstance(value: Value, type: Value, scope: Scope, place: Place): Value {
  if (value.kind === 'primitive') return booleanValue(false);
  if (value.kind === 'native' || type.kind === 'native') {
    if (type.kind === 'native' && type.name === 'Array') return booleanValue(value.kind === 'array');
    if (type.kind === 'native' && type.name === 'Object') return booleanValue(true);
    if (type.kind === 'native' && type.name === 'Function') {
      return booleanValue(value.kind === 'function' || value.kind === 'native');
    }
  }
  if (value.kind === 'object' && type.kind === 'function') {
    const prototype = prototypeOf(scope.frame.machine, type, place);
    for (let at: ObjectValue | null = value; at !== null; at = at.proto) {
      if (at.proto !== null && at.proto === prototype) return booleanValue(true);
    }
    return booleanValue(false);
  }
  return limit('what it is an instance of is not known', place);
}

/** The value of an operator with one operand, but for `++` and `--`: see `evaluateStep`. */
export function evaluateUnary(
  node:
    | ts.PrefixUnaryExpression
    | ts.PostfixUnaryExpression
    | ts.TypeOfExpression
    | ts.VoidExpression
    | ts.DeleteExpression,
  scope: Scope,
): Value {
  if (ts.isVoidExpression(node)) {
    evaluate(node.expression, scope);
    return undefinedValue;
  }
  if (ts.isTypeOfExpression(node)) return evaluateTypeOf(node, scope);
  if (ts.isDeleteExpression(node)) return evaluateDelete(node, scope);
  const value = evaluate(node.operand, scope);
  if (node.operator === ts.SyntaxKind.ExclamationToken) return negated(truth(value));
  if (value.kind === 'unknown') return withoutTruth(value);
  if (value.kind !== 'primitive')
    return limit('it is calculated from something that is no number', placeOf(node, scope));
  if (node.operator === ts.SyntaxKind.MinusToken) return primitive(-Number(value.value));
  if (node.operator === ts.SyntaxKind.TildeToken) return primitive(~Number(value.value));
  return primitive(Number(value.value));
}

function evaluateTypeOf(node: ts.TypeOfExpression, scope: Scope): Value {
  if (ts.isIdentifier(node.expression) && node.expression.text !== 'arguments') {
    const name = node.expression.text;
    if (name !== 'undefined' && lookUp(scope, name) === null) {
      return limit(`'${name}' is not defined in the source`, placeOf(node, scope));
    }
  }
  return typeOf(evaluate(node.expression, scope), placeOf(node, scope));
}

function typeOf(value: Value, place: Place): Value {
  switch (value.kind) {
    case 'primitive':
      return primitive(typeof value.value);
    case 'choice':
      return choice(
        value.options.map((option) => typeOf(option, place)),
        value.why,
      );
    case 'function':
    case 'native':
      return primitive('function');
    case 'unknown':
      return withoutTruth(value);
    case 'external':
      return unknownExternal(value, place);
    case 'absent':
      return primitive('undefined');
    default:
      return primitive('object');
  }
}

function evaluateDelete(node: ts.DeleteExpression, scope: Scope): Value {
  const target = node.expression;
  if (ts.isPropertyAccessExpression(target)) {
    deleteMember(scope.frame.machine, evaluate(target.expression, scope), target.name.text);
  } else if (ts.isElementAccessExpression(target)) {
    const place = placeOf(target, scope);
    const object = evaluate(target.expression, scope);
    deleteMember(scope.frame.machine, object, toKey(evaluate(target.argumentExpression, scope), place));
  }
  return booleanValue(true);
}
