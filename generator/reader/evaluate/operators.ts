import { either, forEachOption, forkValue } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { deleteMember, reasonOf, toKey, whyRest } from '../members.ts';
import { has, symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { type Answer, decided, narrowed, nullish, strictlyEqual, truth } from '../truth.ts';
import {
  falseValue,
  limit,
  presentOr,
  primitive,
  stringOf,
  trueValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { evaluateAssignment, evaluateStep } from './assignments.ts';
import { evaluate, isAccess, placeOf, withKey } from './expression.ts';
import { toPrimitive } from './text.ts';

function isAssignment({ operatorToken: { kind } }: ts.BinaryExpression): boolean {
  return kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
}

/** An operator with two operands. Long chains are nested so deep to the left that a loop walks them. */
export function evaluateBinary(node: ts.BinaryExpression, scope: Scope): Value {
  if (isAssignment(node)) return evaluateAssignment(node, scope);
  const pending: ts.BinaryExpression[] = [];
  let leftmost: ts.Expression = node;
  while (ts.isBinaryExpression(leftmost) && !isAssignment(leftmost)) {
    pending.push(leftmost);
    leftmost = leftmost.left;
  }
  let value = evaluate(leftmost, scope);
  for (const { operatorToken, right } of pending.reverse()) {
    const operator = ts.tokenToString(operatorToken.kind) ?? '';
    value = applyOperator(operator, value, () => evaluate(right, scope), scope, placeOf(node, scope));
  }
  return value;
}

/** The value of an operator. Its right side is evaluated only if it is needed, and perhaps if that is unknown. */
export function applyOperator(
  operator: string,
  left: Value,
  right: () => Value,
  { frame: { machine } }: Scope,
  place: Place,
): Value {
  switch (operator) {
    case '&&':
      return either(machine, left, right, () => narrowed(left, false));
    case '||':
      return either(machine, left, () => narrowed(left, true), right);
    case '??':
      return coalesce(machine, left, right);
    case ',':
      return right();
    case 'in':
      return forEachOption(machine, right(), (object) => isIn(machine, left, object, place));
    case 'instanceof': {
      const type = right();
      const why = reasonOf(left, place) ?? reasonOf(type, place);
      return withoutTruth(why ?? limit('what it is an instance of is not followed', place));
    }
    default:
      return combine(machine, operator, left, right(), place);
  }
}

function coalesce(machine: Machine, left: Value, right: () => Value): Value {
  return forEachOption(machine, left, (option) => {
    const missing = nullish(option);
    if (typeof missing === 'boolean') return missing ? right() : option;
    return forkValue(machine, missing, [() => option, right]);
  });
}

/** An operator that looks at both values. */
export function combine(machine: Machine, operator: string, left: Value, right: Value, place: Place): Value {
  if (operator === '===') return decided(strictlyEqual(left, right));
  if (operator === '!==') return decided(negated(strictlyEqual(left, right)));
  return forEachOption(machine, left, (a) =>
    forEachOption(machine, right, (b) => {
      if (operator === '==') return decided(looselyEqual(a, b, place));
      if (operator === '!=') return decided(negated(looselyEqual(a, b, place)));
      const first = toPrimitive(machine, presentOr(a), place);
      const second = toPrimitive(machine, presentOr(b), place);
      return calculate(operator, first, second, place);
    }),
  );
}

function negated(answer: Answer): Answer {
  return typeof answer === 'boolean' ? !answer : answer;
}

function looselyEqual(left: Value, right: Value, place: Place): Answer {
  if (nullish(left) === true) return nullish(right);
  if (nullish(right) === true) return nullish(left);
  if (left.kind === 'primitive' && right.kind === 'primitive') {
    // biome-ignore lint/suspicious/noDoubleEquals: this is the operator of the program
    return left.value == right.value;
  }
  const isPlain = ({ kind }: Value) => kind === 'primitive' || kind === 'unknown' || kind === 'external';
  return isPlain(left) === isPlain(right)
    ? strictlyEqual(left, right)
    : limit('an object is compared with a text or a number', place);
}

/** The result of an operator with two plain values. */
function calculate(operator: string, left: Value, right: Value, place: Place): Value {
  if (left.kind !== 'primitive' || right.kind !== 'primitive') {
    const why = reasonOf(left, place) ?? reasonOf(right, place);
    if (why === null) return limit('it is calculated from something that is not a number', place);
    // A text that is not empty stays so, whatever is added to it.
    const isText = operator === '+' && (stringOf(left) || stringOf(right));
    return isText ? { ...withoutTruth(why), truthy: true } : withoutTruth(why);
  }
  const operation = operations.get(operator);
  const isBig = [left, right].some(({ value }) => typeof value === 'bigint');
  if (operation === undefined || isBig) return limit(`\`${operator}\` is not calculated`, place);
  return primitive(operation(left.value as number, right.value as number));
}

/** JavaScript's own operators. What they are given need not be numbers. */
const operations = new Map<string, (a: number, b: number) => number | boolean>([
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['%', (a, b) => a % b],
  ['|', (a, b) => a | b],
  ['^', (a, b) => a ^ b],
  ['<<', (a, b) => a << b],
]);

function isIn(machine: Machine, key: Value, object: Value, place: Place): Value {
  const name = toKey(machine, key, place);
  if (typeof name !== 'string') return withoutTruth(name);
  const owner = object.kind === 'function' ? object.own : object;
  if (owner.kind !== 'object') {
    return withoutTruth(reasonOf(owner, place) ?? limit(`whether it has '${name}' is not known`, place));
  }
  const found = has(owner, name);
  if (found === true) return trueValue;
  if (found !== false) return withoutTruth(whyRest(found, place));
  // Members that every object or function has are not among its own.
  const isInherited = name in Object.prototype || (object.kind === 'function' && name in Function.prototype);
  return isInherited || owner.inside !== null
    ? limit(`whether it has '${name}' is not followed`, place)
    : falseValue;
}

/** What does the same as an operator before a number. */
const factors: ReadonlyMap<ts.SyntaxKind, readonly [operator: string, factor: number]> = new Map([
  [ts.SyntaxKind.MinusToken, ['*', -1]],
  [ts.SyntaxKind.PlusToken, ['*', 1]],
  [ts.SyntaxKind.TildeToken, ['^', -1]],
]);

/** The value of `!`, `-` and the like. */
export function evaluateUnary(node: ts.PrefixUnaryExpression, scope: Scope): Value {
  const isStep =
    node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
  if (isStep) return evaluateStep(node, scope);
  const value = evaluate(node.operand, scope);
  const [operator, factor] = factors.get(node.operator) ?? [];
  if (operator === undefined || factor === undefined) return decided(negated(truth(value)));
  return combine(scope.frame.machine, operator, value, primitive(factor), placeOf(node, scope));
}

/** The value of `typeof`. */
export function evaluateTypeOf(node: ts.TypeOfExpression, scope: Scope): Value {
  const value = evaluate(node.expression, scope);
  const place = placeOf(node, scope);
  return forEachOption(scope.frame.machine, value, (option) => typeOf(presentOr(option), place));
}

function typeOf(value: Value, place: Place): Value {
  switch (value.kind) {
    case 'primitive':
      return primitive(typeof value.value);
    case 'native':
      return primitive(value.name.startsWith(symbolMark) ? 'symbol' : typeof (value.host ?? value.call));
    case 'function':
      return primitive('function');
    case 'unknown':
      return withoutTruth(value);
    case 'external':
      return unknownExternal(value, place);
    default:
      return primitive('object');
  }
}

/** The value of `delete`, and the deletion itself. */
export function evaluateDelete({ expression }: ts.DeleteExpression, scope: Scope): Value {
  if (!isAccess(expression)) return trueValue;
  const object = evaluate(expression.expression, scope);
  return withKey(expression, scope, (key) => {
    deleteMember(scope.frame.machine, object, key, placeOf(expression, scope));
    return trueValue;
  });
}
