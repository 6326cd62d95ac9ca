import { forEachOption } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { getMember } from '../members.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import type { ts } from '../syntax.ts';
import {
  choice,
  isNullish,
  limit,
  optionsOf,
  presentOr,
  primitive,
  type UnknownValue,
  type Value,
} from '../values.ts';
import { evaluate, placeOf } from './expression.ts';
import { callValue } from './functions.ts';

/**
 * What an object becomes where a text or a number is needed: what its own `Symbol.toPrimitive`, `valueOf` or `toString`
 * gives. Anything but an object stays what it is; what is not followed is unknown.
 */
export function toPrimitive(machine: Machine, value: Value, hint: 'string' | 'number', place: Place): Value {
  if (value.kind === 'choice') {
    const isPlain = value.options.every(({ kind }) => kind === 'primitive' || kind === 'absent');
    return isPlain ? value : forEachOption(machine, value, (each) => toPrimitive(machine, each, hint, place));
  }
  const text = toText(value);
  if (value.kind === 'array' && text !== null) return primitive(text);
  if (value.kind !== 'object' && value.kind !== 'array' && value.kind !== 'function') return value;
  const names = hint === 'string' ? ['toString', 'valueOf'] : ['valueOf', 'toString'];
  for (const name of [`${symbolMark}toPrimitive`, ...names]) {
    const method = getMember(machine, value, name, place);
    if (method.kind !== 'function') continue;
    const made = callValue(machine, method, [primitive(hint)], value, place);
    if (made.kind !== 'object' && made.kind !== 'array') return made;
  }
  return limit('what an object is as a text or a number is not followed', place);
}

/** A value as text, as `String(value)` gives it; null where that can't be told. */
export function toText(value: Value): string | null {
  if (value.kind === 'primitive') return String(value.value);
  if (value.kind === 'regexp') return String(value.regexp);
  if (value.kind === 'array' && value.open === null) {
    const texts = value.elements.map((element) => (isNullish(element) ? '' : toText(element)));
    return texts.includes(null) ? null : texts.join(',');
  }
  return null;
}

/** The value of a template: a text, or several, or unknown, as its parts are. */
export function templateText(node: ts.TemplateExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  return node.templateSpans.reduce<Value>((text, { expression, literal }) => {
    const part = evaluate(expression, scope);
    return concatenate(machine, concatenate(machine, text, part, place), primitive(literal.text), place);
  }, primitive(node.head.text));
}

/** Two values as one text. */
export function concatenate(machine: Machine, a: Value, b: Value, place: Place): Value {
  const [first, second] = [a, b].map((each) => toPrimitive(machine, presentOr(each), 'string', place));
  return first === undefined || second === undefined ? a : joinTexts(first, second, place);
}

function joinTexts(a: Value, b: Value, place: Place): Value {
  if (a.kind === 'unknown') return { ...a, truthy: true };
  if (b.kind === 'unknown') return { ...b, truthy: true };
  if (a.kind === 'choice' || b.kind === 'choice') {
    const all = optionsOf(a).flatMap((left) => optionsOf(b).map((right) => joinTexts(left, right, place)));
    return choice(all, whyOf(a.kind === 'choice' ? a : b, place));
  }
  const left = toText(a);
  const right = toText(b);
  if (left === null || right === null)
    return limit('something that is not a string becomes part of a string', place);
  return primitive(left + right);
}

/** Why a value is one of several. */
export function whyOf(value: Value, place: Place): UnknownValue {
  if (value.kind === 'unknown') return value;
  return value.kind === 'choice' ? value.why : limit('the name is computed', place);
}
