import { forEachOption } from '../fork.ts';
import { callBack } from '../keystone/escapes.ts';
import type { Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import { symbolMark } from '../objects.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import type { ts } from '../syntax.ts';
import { isNullish, limit, presentOr, primitive, type Value, withoutTruth } from '../values.ts';
import { evaluate, placeOf } from './expression.ts';

/** What an object becomes where a text or a number is needed. Any other value is not changed. */
export function toPrimitive(machine: Machine, value: Value, place: Place): Value {
  const text = toText(value);
  if (value.kind === 'array' && text !== null) return primitive(text);
  if (value.kind !== 'object' && value.kind !== 'array' && value.kind !== 'function') return value;
  const why = limit('what an object is as a text or a number is not followed', place);
  const names = [`${symbolMark}toPrimitive`, 'toString', 'valueOf'];
  const methods = names.map((name) => getMember(machine, value, name, place));
  callBack(machine, methods, why, place);
  return why;
}

/** The result of `String(value)`; null if it is not known. */
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
  return forEachOption(machine, a, (left) =>
    forEachOption(machine, b, (right) => {
      const parts = [left, right].map((each) => toPrimitive(machine, presentOr(each), place));
      const texts = parts.map(toText);
      if (!texts.includes(null)) return primitive(texts.join(''));
      const why = parts.map((part) => reasonOf(part, place)).find((reason) => reason !== null);
      return why === undefined
        ? limit('something that is not a string becomes part of a string', place)
        : { ...withoutTruth(why), truthy: true };
    }),
  );
}
