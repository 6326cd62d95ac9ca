import { either, forEachOption, fork } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { baseOf, deleteMember, getMember, type Key, reasonOf, toKey } from '../members.ts';
import { has, symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { lookUp, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { decided, narrowed, nullish, strictlyEqual, truth } from '../truth.ts';
import {
  booleanValue,
  choice,
  limit,
  type ObjectValue,
  optionsOf,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { evaluate, nameOf, placeOf, readGlobal, withKeys } from './expression.ts';
import { prototypeOf } from './functions.ts';
import { toPrimitive } from './text.ts';

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
      return isIn(scope.frame.machine, left, right(), placeOf(node, scope));
    case ts.SyntaxKind.InstanceOfKeyword:
      return isInstance(scope.frame.machine, left, right(), placeOf(node, scope));
    default:
      return combine(scope.frame.machine, node.operatorToken.kind, left, right(), placeOf(node, scope));
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

/** An operator that looks at both values. */
export function combine(
  machine: Machine,
  operator: ts.SyntaxKind,
  left: Value,
  right: Value,
  place: Place,
): Value {
  switch (operator) {
    case ts.SyntaxKind.EqualsEqualsEqualsToken:
      return decided(strictlyEqual(left, right));
    case ts.SyntaxKind.ExclamationEqualsEqualsToken:
      return negated(strictlyEqual(left, right));
    case ts.SyntaxKind.EqualsEqualsToken:
      return decided(looselyEqual(left, right, place));
    case ts.SyntaxKind.ExclamationEqualsToken:
      return negated(looselyEqual(left, right, place));
    default:
  }
  const first = toPrimitive(machine, left, 'number', place);
  const second = toPrimitive(machine, right, 'number', place);
  return calculate(operator, first, second, place);
}

/** A value as a number, as `++` and `--` take it. */
export function toNumber(machine: Machine, value: Value, place: Place): Value {
  const plain = toPrimitive(machine, value, 'number', place);
  if (plain.kind === 'choice')
    return choice(
      plain.options.map((option) => toNumber(machine, option, place)),
      plain.why,
    );
  if (plain.kind !== 'primitive')
    return reasonOf(plain, place) ?? limit('what number it is is not known', place);
  return typeof plain.value === 'bigint' ? plain : primitive(Number(plain.value));
}

function negated(value: boolean | UnknownValue): Value {
  return typeof value === 'boolean' ? booleanValue(!value) : withoutTruth(value);
}

function looselyEqual(left: Value, right: Value, place: Place): boolean | UnknownValue {
  const isNull = (value: Value) => value.kind === 'primitive' && (value.value ?? null) === null;
  if (isNull(left)) return nullish(right);
  if (isNull(right)) return nullish(left);
  if (left.kind === 'primitive' && right.kind === 'primitive') {
    // biome-ignore lint/suspicious/noDoubleEquals: this is the operator of the program read
    return left.value == right.value;
  }
  const isObject = ({ kind }: Value) => !['primitive', 'unknown', 'choice', 'external'].includes(kind);
  if (isObject(left) !== isObject(right) && (left.kind === 'primitive' || right.kind === 'primitive')) {
    return limit('an object is compared with a text or a number', place);
  }
  return strictlyEqual(left, right);
}

/** What JavaScript makes of two plain values with an operator. */
function calculate(operator: ts.SyntaxKind, left: Value, right: Value, place: Place): Value {
  if (left.kind === 'choice' || right.kind === 'choice') {
    const why = left.kind === 'choice' ? left.why : right.kind === 'choice' ? right.why : limit('', place);
    const all = optionsOf(left).flatMap((a) => optionsOf(right).map((b) => calculate(operator, a, b, place)));
    return choice(all, why);
  }
  if (left.kind !== 'primitive' || right.kind !== 'primitive') {
    const why = reasonOf(left, place) ?? reasonOf(right, place);
    if (why === null) return limit('it is calculated from something that is not a number', place);
    // What is added to a text that is not empty makes another.
    const isText = operator === ts.SyntaxKind.PlusToken && (stringOf(left) || stringOf(right));
    return isText ? { ...withoutTruth(why), truthy: true } : withoutTruth(why);
  }
  const operation = operations.get(operator);
  if (operation === undefined) return limit('the operator is not evaluated', place);
  try {
    return primitive(operation(left.value as number, right.value as number));
  } catch {
    return limit('what it is calculated from does not go together', place);
  }
}

/** JavaScript's own operators: what they are given may be no number as well. */
const operations: ReadonlyMap<ts.SyntaxKind, (a: number, b: number) => number | boolean> = new Map<
  ts.SyntaxKind,
  (a: number, b: number) => number | boolean
>([
  [ts.SyntaxKind.LessThanToken, (a, b) => a < b],
  [ts.SyntaxKind.LessThanEqualsToken, (a, b) => a <= b],
  [ts.SyntaxKind.GreaterThanToken, (a, b) => a > b],
  [ts.SyntaxKind.GreaterThanEqualsToken, (a, b) => a >= b],
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
  [ts.SyntaxKind.GreaterThanGreaterThanGreaterThanToken, (a, b) => a >>> b],
]);

function isIn(machine: Machine, key: Value, object: Value, place: Place): Value {
  if (object.kind === 'choice') {
    return choice(
      object.options.map((option) => isIn(machine, key, option, place)),
      object.why,
    );
  }
  const name = toKey(machine, key, place);
  if (typeof name !== 'string') return withoutTruth(name);
  if (object.kind === 'unknown') return withoutTruth(object);
  const owner = object.kind === 'function' ? object.own : object;
  const found =
    owner.kind === 'object' ? has(owner, name) : limit(`whether it has '${name}' is not known`, place);
  if (found === true) return booleanValue(true);
  // What every object or function has is not among its own.
  const isInherited = name in Object.prototype || (object.kind === 'function' && name in Function.prototype);
  const isPlain = owner.kind === 'object' && owner.inside === null && !isInherited;
  if (found === false)
    return isPlain ? booleanValue(false) : limit(`whether it has '${name}' is not followed`, place);
  return found.kind === 'unknown' ? withoutTruth(found) : unknownExternal(found, place);
}

function isInstance(machine: Machine, value: Value, type: Value, place: Place): Value {
  if (value.kind === 'choice')
    return choice(
      value.options.map((each) => isInstance(machine, each, type, place)),
      value.why,
    );
  const why =
    reasonOf(type, place) ?? reasonOf(value, place) ?? limit('what it is an instance of is not known', place);
  if (value.kind === 'unknown' || value.kind === 'external') return withoutTruth(why);
  if (type.kind === 'native') {
    if (value.kind === 'primitive') return booleanValue(false);
    if (type.name === 'Array') return booleanValue(value.kind === 'array');
    if (type.name === 'Function') return booleanValue(value.kind === 'function' || value.kind === 'native');
    const { inside } = value.kind === 'object' ? value : { inside: null };
    const holder = new Map([
      ['Map', 'map'],
      ['Set', 'set'],
      ['Promise', 'promise'],
    ]).get(type.name);
    if (holder !== undefined && value.kind === 'object' && baseOf(value) === null)
      return booleanValue(inside?.of === holder);
    return why;
  }
  if (
    type.kind !== 'function' ||
    getMember(machine, type, `${symbolMark}hasInstance`, place).kind === 'function'
  )
    return why;
  if (value.kind !== 'object') return booleanValue(false);
  const prototype = prototypeOf(machine, type, place);
  if (prototype === null) return why;
  for (let at: ObjectValue | null = value; at !== null; at = at.proto) {
    if (at.proto === prototype) return booleanValue(true);
    if (at.rests.some(({ order }) => order === 0)) return why;
  }
  return booleanValue(false);
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
  const number = toNumber(scope.frame.machine, value, placeOf(node, scope));
  return forEachOption(scope.frame.machine, number, (each) => {
    if (each.kind !== 'primitive') return each;
    const plain = each.value as number;
    if (node.operator === ts.SyntaxKind.MinusToken) return primitive(-plain);
    if (node.operator === ts.SyntaxKind.TildeToken) return primitive(~plain);
    return typeof each.value === 'bigint' ? limit('a bigint is not a number', placeOf(node, scope)) : each;
  });
}

function evaluateTypeOf(node: ts.TypeOfExpression, scope: Scope): Value {
  if (ts.isIdentifier(node.expression) && node.expression.text !== 'arguments') {
    const name = node.expression.text;
    if (name !== 'undefined' && lookUp(scope, name) === null) {
      const value = readGlobal(scope.frame.machine, name, placeOf(node, scope));
      return typeOf(value, placeOf(node, scope));
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
    case 'native':
      if (value.name.startsWith(symbolMark)) return primitive('symbol');
      return primitive(typeof (value.host ?? value.call));
    case 'function':
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
  const { machine } = scope.frame;
  const target = node.expression;
  const place = placeOf(target, scope);
  if (ts.isPropertyAccessExpression(target)) {
    deleteMember(machine, evaluate(target.expression, scope), nameOf(target.name, scope), place);
  } else if (ts.isElementAccessExpression(target)) {
    const object = evaluate(target.expression, scope);
    const remove = (key: Key): Value => {
      deleteMember(machine, object, key, place);
      return booleanValue(true);
    };
    return withKeys(evaluate(target.argumentExpression, scope), place, remove, scope);
  }
  return booleanValue(true);
}
