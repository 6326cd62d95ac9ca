import { forEachOption } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import type { ts } from '../syntax.ts';
import { isNullish, limit, presentOr, primitive, type Value, withoutTruth } from '../values.ts';
import { evaluate, placeOf } from './expression.ts';
import { callValue } from './functions.ts';

/**
 * What an object becomes where a text or a number is needed: what its own `Symbol.toPrimitive`, `valueOf` or `toString`
 * gives. Anything but an object stays what it is. What is not followed is unknown.
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

/** A value as text, as `String(value)` gives it; null where it is not known. */
export function toText(value: Value): string | null {
  if (value.kind === 'primitive') return String(value.value);
  if (value.kind === 'regexp') return String(value.regexp);
  if (value.kind !== 'array' || value.open !== null) return null;
  const texts = value.elements.map((element) => (isNullish(element) ? '' : toText(element)));
  return texts.includes(null) ? null : texts.join(',');
}

/** The value of a template. */
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
  return forEachOption(machine, toPrimitive(machine, presentOr(a), 'string', place), (left) =>
    forEachOption(machine, toPrimitive(machine, presentOr(b), 'string', place), (right) => {
      const [first, second] = [toText(presentOr(left)), toText(presentOr(right))];
      if (first !== null && second !== null) return primitive(first + second);
      const why = reasonOf(left, place) ?? reasonOf(right, place);
      if (why !== null) return { ...withoutTruth(why), truthy: true };
      return limit('something that is not a string becomes part of a string', place);
    }),
  );
}
