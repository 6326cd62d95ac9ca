import { touch } from '../journal.ts';
import type { Machine } from '../machine.ts';
import { getMember, iterate, toKey } from '../members.ts';
import { addRest, define, spreadInto } from '../objects.ts';
import type { Place } from '../place.ts';
import { lookUp, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  isNullish,
  limit,
  newArray,
  newObject,
  type ObjectValue,
  optionsOf,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluate, placeOf } from './expression.ts';
import { callValue, newFunction } from './functions.ts';

/** The value of `{ … }`; what is spread into it and unknown is noted as its rests. */
export function objectLiteral(node: ts.ObjectLiteralExpression, scope: Scope): ObjectValue {
  const object = newObject(placeOf(node, scope));
  for (const member of node.properties) addMember(member, object, scope);
  return object;
}

function addMember(member: ts.ObjectLiteralElementLike, object: ObjectValue, scope: Scope): void {
  const { machine } = scope.frame;
  if (ts.isSpreadAssignment(member)) {
    spreadValue(machine, object, evaluate(member.expression, scope), placeOf(member, scope));
    return;
  }
  const place = placeOf(member.name, scope);
  const names = propertyNames(member.name, scope);
  if (ts.isGetAccessor(member) || ts.isSetAccessor(member)) {
    const accessor = newFunction(member, scope, place, { home: object });
    for (const name of names.known) {
      const former = object.properties.get(name);
      const side = ts.isGetAccessor(member) ? { get: accessor } : { set: accessor };
      define(machine, object, name, { ...former, value: undefinedValue, ...side, place });
    }
    return;
  }
  const [onlyName] = names.known;
  const value = memberValue(member, object, scope, onlyName ?? '');
  if (names.unknown !== null && names.unknown.kind === 'unknown') {
    addRest(machine, object, names.unknown, place);
  }
  for (const name of names.known) {
    const former = object.properties.get(name)?.value ?? absentValue;
    const chosen = names.unknown === null ? value : choice([value, former], whyOf(names.unknown, place));
    define(machine, object, name, { value: chosen, place });
  }
}

function memberValue(
  member: Exclude<ts.ObjectLiteralElementLike, ts.SpreadAssignment | ts.AccessorDeclaration>,
  object: ObjectValue,
  scope: Scope,
  name: string,
): Value {
  if (ts.isMethodDeclaration(member)) {
    return newFunction(member, scope, placeOf(member, scope), { name, home: object });
  }
  if (ts.isPropertyAssignment(member)) return evaluateNamed(member.initializer, scope, name);
  const binding = lookUp(scope, member.name.text);
  return binding === null ? evaluate(member.name, scope) : read(binding);
}

/** Functions and classes without a name take that of the variable or property they are written to. */
export function evaluateNamed(node: ts.Expression, scope: Scope, name: string): Value {
  if (ts.isArrowFunction(node) || (ts.isFunctionExpression(node) && node.name === undefined)) {
    return newFunction(node, scope, placeOf(node, scope), { name });
  }
  return evaluate(node, scope);
}

interface Names {
  readonly known: readonly string[];
  /** What the name was computed from, where that leaves it open. */
  readonly unknown: Value | null;
}

function propertyNames(name: ts.PropertyName, scope: Scope): Names {
  if (!ts.isComputedPropertyName(name)) return { known: [name.text], unknown: null };
  const value = evaluate(name.expression, scope);
  const place = placeOf(name, scope);
  const keys = optionsOf(value).map((option) => toKey(option, place));
  const known = keys.filter((key) => typeof key === 'string');
  const doubt = keys.find((key) => typeof key !== 'string');
  if (known.length === 1 && doubt === undefined) return { known, unknown: null };
  return { known, unknown: doubt ?? value };
}

function whyOf(value: Value, place: Place) {
  if (value.kind === 'unknown') return value;
  return value.kind === 'choice' ? value.why : limit('the name is computed', place);
}

/** `{ ...value }` */
export function spreadValue(machine: Machine, target: ObjectValue, value: Value, place: Place): void {
  spreadInto(machine, target, value, place, (object, name) => {
    const property = object.properties.get(name);
    if (property?.get === undefined) return property?.value ?? undefinedValue;
    return getMember(machine, object, name, place);
  });
}

/** The value of `[ … ]`; open where what is spread into it may have further elements. */
export function arrayLiteral(node: ts.ArrayLiteralExpression, scope: Scope): ArrayValue {
  const array = newArray([], placeOf(node, scope));
  for (const element of node.elements) {
    if (ts.isSpreadElement(element)) {
      append(
        scope.frame.machine,
        array,
        iterate(evaluate(element.expression, scope), placeOf(element, scope)),
      );
    } else array.elements.push(evaluate(element, scope));
  }
  return array;
}

/** Adds the elements of one array to another, with the doubt about their number. */
export function append(machine: Machine, target: ArrayValue, source: ArrayValue): void {
  touch(machine.journal, target);
  for (const element of source.elements) target.elements.push(element);
  target.open ??= source.open;
}

/** The value of a template: a text, or several, or unknown, as its parts are. */
export function templateText(node: ts.TemplateExpression, scope: Scope): Value {
  const parts = node.templateSpans.map((span) => ({
    value: evaluate(span.expression, scope),
    text: span.literal.text,
  }));
  return parts.reduce<Value>(
    (text, part) =>
      concatenate(
        concatenate(text, part.value, placeOf(node, scope)),
        primitive(part.text),
        placeOf(node, scope),
      ),
    primitive(node.head.text),
  );
}

/** Two values as one text. */
export function concatenate(a: Value, b: Value, place: Place): Value {
  if (a.kind === 'unknown') return { ...a, truthy: true };
  if (b.kind === 'unknown') return { ...b, truthy: true };
  if (a.kind === 'choice' || b.kind === 'choice') {
    const why = a.kind === 'choice' ? a.why : whyOf(b, place);
    const all = optionsOf(a).flatMap((left) => optionsOf(b).map((right) => concatenate(left, right, place)));
    return choice(all, why);
  }
  const left = toText(a);
  const right = toText(b);
  if (left === null || right === null)
    return limit('something that is no text becomes part of a text', place);
  return primitive(left + right);
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

/** The value of a regular expression, which the reader's own may match; unknown where that refuses it. */
export function regExpLiteral(node: ts.RegularExpressionLiteral, scope: Scope): Value {
  const end = node.text.lastIndexOf('/');
  try {
    return { kind: 'regexp', regexp: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) };
  } catch {
    return limit('the regular expression is not understood', placeOf(node, scope));
  }
}

/** A tag is called like a function; `String.raw` and `gql` need no more than the text. */
export function taggedTemplate(node: ts.TaggedTemplateExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const tag = evaluate(node.tag, scope);
  const { template } = node;
  const texts = ts.isTemplateExpression(template)
    ? [template.head.text, ...template.templateSpans.map((span) => span.literal.text)]
    : [template.text];
  const values = ts.isTemplateExpression(template)
    ? template.templateSpans.map((span) => evaluate(span.expression, scope))
    : [];
  return callValue(machine, tag, [newArray(texts.map(primitive), place), ...values], undefinedValue, place);
}
