import { setPrototype } from '../builtins/object.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import type { Machine } from '../machine.ts';
import { getMember, setMember, toKey } from '../members.ts';
import { addRest, define, spreadInto } from '../objects.ts';
import type { Place } from '../place.ts';
import { lookUp, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  limit,
  newArray,
  newObject,
  type ObjectValue,
  optionsOf,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluateClass } from './classes.ts';
import { evaluate, placeOf } from './expression.ts';
import { callValue, newFunction } from './functions.ts';
import { whyOf } from './text.ts';

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
  if (
    ts.isPropertyAssignment(member) &&
    !ts.isComputedPropertyName(member.name) &&
    onlyName === '__proto__'
  ) {
    setPrototype(machine, object, evaluate(member.initializer, scope), place);
    return;
  }
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
  if (ts.isClassExpression(node) && node.name === undefined) return evaluateClass(node, scope, name);
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
  const keys = optionsOf(value).map((option) => toKey(scope.frame.machine, option, place));
  const known = keys.filter((key) => typeof key === 'string');
  const doubt = keys.find((key) => typeof key !== 'string');
  if (known.length === 1 && doubt === undefined) return { known, unknown: null };
  return { known, unknown: doubt ?? value };
}

/** `{ ...value }`, or with `isAssigned` what `Object.assign` does. */
export function spreadValue(
  machine: Machine,
  target: ObjectValue,
  value: Value,
  place: Place,
  isAssigned = false,
): void {
  spreadInto(machine, target, value, place, {
    get: (object, name) => {
      const property = object.properties.get(name);
      if (property?.get === undefined) return property?.value ?? undefinedValue;
      return getMember(machine, object, name, place);
    },
    put: (name, each, at) => {
      if (isAssigned) setMember(machine, target, name, each, at);
      else define(machine, target, name, { value: each, place: at });
    },
  });
}

/** The value of `[ … ]`; open where what is spread into it may have further elements. */
export function arrayLiteral(node: ts.ArrayLiteralExpression, scope: Scope): ArrayValue {
  const { machine } = scope.frame;
  const array = newArray([], placeOf(node, scope));
  for (const element of node.elements) {
    if (ts.isSpreadElement(element)) {
      append(machine, array, iterate(machine, evaluate(element.expression, scope), placeOf(element, scope)));
    } else if (ts.isOmittedExpression(element)) {
      array.open ??= limit('an array with holes is not followed', placeOf(node, scope));
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

/** The value of a regular expression, which the reader's own may match; unknown where that refuses it. */
export function regExpLiteral(node: ts.RegularExpressionLiteral, scope: Scope): Value {
  const end = node.text.lastIndexOf('/');
  try {
    return { kind: 'regexp', regexp: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) };
  } catch {
    return limit('the regular expression is not understood', placeOf(node, scope));
  }
}

/** A tag is called like a function; `gql` needs no more than the text. */
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
  const strings = newArray(texts.map(primitive), place);
  strings.named = limit('the raw text of a template is not followed', place);
  const self = limit('what `this` is for a tag is not followed', place);
  return callValue(machine, tag, [strings, ...values], self, place);
}
