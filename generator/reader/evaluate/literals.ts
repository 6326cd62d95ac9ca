import { setPrototype } from '../builtins/object.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import type { Machine } from '../machine.ts';
import { getMember, setMember } from '../members.ts';
import { addRest, define, spreadInto } from '../objects.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import {
  type ArrayValue,
  limit,
  newArray,
  newObject,
  type ObjectValue,
  type Property,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluateClass } from './classes.ts';
import { evaluate, keyOfName, placeOf } from './expression.ts';
import { callValue, newFunction } from './functions.ts';

/** The value of `{ … }`. Unknown values that are spread into it become its rests. */
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
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
    addMethod(member, object, scope);
    return;
  }
  const place = placeOf(member.name, scope);
  const key = keyOfName(member.name, scope);
  if (ts.isPropertyAssignment(member) && !ts.isComputedPropertyName(member.name) && key === '__proto__') {
    setPrototype(machine, object, evaluate(member.initializer, scope), place);
    return;
  }
  const value = ts.isPropertyAssignment(member)
    ? evaluateNamed(member.initializer, scope, typeof key === 'string' ? key : '')
    : evaluate(member.name, scope);
  if (typeof key === 'string') define(machine, object, key, { value, place });
  else addRest(machine, object, key, place);
}

/** Gives an object or a prototype a method, getter or setter. */
export function addMethod(
  member: ts.MethodDeclaration | ts.AccessorDeclaration,
  home: ObjectValue,
  scope: Scope,
  more: Pick<Property, 'isHidden'> = {},
): void {
  const { machine } = scope.frame;
  const place = placeOf(member.name, scope);
  const key = keyOfName(member.name, scope);
  if (typeof key !== 'string') {
    addRest(machine, home, key, place);
    return;
  }
  const made = newFunction(member, scope, place, { name: key, home });
  const accessor = ts.isGetAccessor(member) ? { get: made } : { set: made };
  const property = ts.isMethodDeclaration(member)
    ? { value: made }
    : { ...home.properties.get(key), value: undefinedValue, ...accessor };
  define(machine, home, key, { ...property, place, ...more });
}

/** Functions and classes without a name get the name of the variable or property that they are assigned to. */
export function evaluateNamed(node: ts.Expression, scope: Scope, name: string): Value {
  if (ts.isArrowFunction(node) || (ts.isFunctionExpression(node) && node.name === undefined)) {
    return newFunction(node, scope, placeOf(node, scope), { name });
  }
  if (ts.isClassExpression(node) && node.name === undefined) return evaluateClass(node, scope, name);
  return evaluate(node, scope);
}

/** `{ ...value }`, or `Object.assign` if `isAssigned` is set. */
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

/** The value of `[ … ]`. It is open if a value that is spread into it may have more elements. */
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

/** Adds the elements of one array to another, and the doubt about their number. */
export function append(machine: Machine, target: ArrayValue, source: ArrayValue): void {
  touch(machine.journal, target);
  for (const element of source.elements) target.elements.push(element);
  target.open ??= source.open;
}

/** The value of a regular expression; unknown if Node does not accept it. */
export function regExpLiteral(node: ts.RegularExpressionLiteral, scope: Scope): Value {
  const end = node.text.lastIndexOf('/');
  try {
    return { kind: 'regexp', regexp: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)) };
  } catch {
    return limit('the regular expression is not understood', placeOf(node, scope));
  }
}

/** A tag is called like a function. What it makes of the text is not followed. */
export function taggedTemplate({ tag, template }: ts.TaggedTemplateExpression, scope: Scope): Value {
  const place = placeOf(tag, scope);
  const callee = evaluate(tag, scope);
  const spans = ts.isTemplateExpression(template) ? template.templateSpans : [];
  const values = spans.map(({ expression }) => evaluate(expression, scope));
  const why = limit('what a tag is given is not followed', place);
  return callValue(scope.frame.machine, callee, [why, ...values], why, place);
}
