import { noteConstruction } from '../keystone/externals.ts';
import { deepestCall, type Machine } from '../machine.ts';
import { baseOf, getMember, setMember, toKey } from '../members.ts';
import { define } from '../objects.ts';
import type { Place } from '../place.ts';
import { because } from '../report.ts';
import { type Frame, newBinding, newScope, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import {
  type FunctionValue,
  isUndefined,
  limit,
  newObject,
  nullValue,
  type ObjectValue,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluate, placeOf } from './expression.ts';
import { callValue, newFunction, prototypeOf, runConstructor, tooDeep } from './functions.ts';
import { runBody } from './statements.ts';

/** The value of a class declaration or expression: its methods on a prototype, its statics set. */
export function evaluateClass(node: ts.ClassLikeDeclaration, scope: Scope, name?: string): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const inner = newScope(scope, scope.frame);
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword);
  const [extended] = heritage?.types ?? [];
  const parent = extended === undefined ? null : evaluate(extended.expression, scope);
  const named = name === undefined ? {} : { name };
  const made = newFunction(node, inner, place, { ...named, parent });
  if (parent?.kind === 'function') made.own.proto = parent.own;
  if (node.name !== undefined) inner.variables.set(node.name.text, newBinding(made));
  const prototype = newObject(place, parent === null ? null : prototypeOf(machine, parent, place));
  define(machine, made.own, 'prototype', { value: prototype, place });
  define(machine, prototype, 'constructor', { value: made, place });
  for (const member of node.members) addMember(member, made, prototype, inner);
  for (const member of node.members) decorateMember(member, made, prototype, inner);
  return decorated(node, made, scope);
}

/** Runs the decorators of a member as those before the standard are run, with the object and the name of the member. */
function decorateMember(
  member: ts.ClassElement,
  made: FunctionValue,
  prototype: ObjectValue,
  scope: Scope,
): void {
  if (!ts.canHaveDecorators(member) || member.name === undefined) return;
  const decorators = ts.getDecorators(member);
  if (decorators === undefined) return;
  const { machine } = scope.frame;
  const key = memberKey(member.name, scope);
  const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
  const name = key === null ? limit('its name is not known', made.place) : primitive(key);
  const home = isStatic ? made.own : prototype;
  const method = ts.isMethodDeclaration(member) && key !== null ? home.properties.get(key) : undefined;
  for (const decorator of [...decorators].reverse()) {
    const place = placeOf(decorator, scope);
    const descriptor = newObject(place);
    if (method !== undefined) define(machine, descriptor, 'value', method);
    const args = [isStatic ? made : prototype, name, descriptor];
    const result = runDecorator(decorator, args, scope);
    if (method === undefined || key === null) continue;
    const value = getMember(machine, result?.kind === 'object' ? result : descriptor, 'value', place);
    define(machine, home, key, { value, place });
  }
}

/** What the decorators of a class make of it: it may be put into a registry, or another class take its place. */
function decorated(node: ts.ClassLikeDeclaration, made: FunctionValue, scope: Scope): Value {
  let value: Value = made;
  for (const decorator of [...(ts.getDecorators(node) ?? [])].reverse()) {
    const result = runDecorator(decorator, [value], scope);
    // Decorators of packages are taken to give the class back.
    if (result !== null && !isUndefined(result)) value = result;
  }
  return value;
}

/** What a decorator gives; null for one of a package, and for an unknown one, which does not pass in silence. */
function runDecorator({ expression }: ts.Decorator, args: readonly Value[], scope: Scope): Value | null {
  const { machine } = scope.frame;
  const place = placeOf(expression, scope);
  const decorator = evaluate(expression, scope);
  if (decorator.kind === 'unknown' && !isOfPackage(expression, scope)) {
    machine.report.add({
      code: 'AM1020',
      severity: 'warning',
      message: `A decorator that is not read is given a class here, and could make lists or fields of it, ${because(decorator, place)}.`,
      help: 'If it has to do with lists, write in the source what it does.',
      why: decorator,
      place,
    });
  }
  const result = callValue(machine, decorator, args, undefinedValue, place);
  return decorator.kind === 'function' || decorator.kind === 'choice' ? result : null;
}

/** Whether a decorator, or the function that makes it, is an export of a package. */
function isOfPackage(expression: ts.Expression, scope: Scope): boolean {
  const maker = ts.isCallExpression(expression) ? expression.expression : expression;
  return evaluate(maker, scope).kind === 'external';
}

function addMember(member: ts.ClassElement, made: FunctionValue, prototype: ObjectValue, scope: Scope): void {
  const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
  const home = isStatic ? made.own : prototype;
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
    const { machine } = scope.frame;
    const place = placeOf(member.name, scope);
    const key = memberKey(member.name, scope);
    if (key === null || member.body === undefined) return;
    const value = newFunction(member, scope, place, { name: key, home });
    const former = home.properties.get(key);
    if (ts.isGetAccessor(member))
      define(machine, home, key, { ...former, value: undefinedValue, get: value, place });
    else if (ts.isSetAccessor(member)) {
      define(machine, home, key, { ...former, value: undefinedValue, set: value, place });
    } else define(machine, home, key, { value, place });
  } else if (isStatic && ts.isPropertyDeclaration(member)) {
    setField(member, made, made, made.own, scope);
  } else if (ts.isClassStaticBlockDeclaration(member)) {
    runBody(member.body, newScope(scope, frameFor(scope, made, made, made.own), true));
  }
}

/** The name of a member as a property; null where it is computed from something unknown. */
function memberKey(name: ts.PropertyName, scope: Scope): string | null {
  if (ts.isComputedPropertyName(name)) {
    const key = toKey(evaluate(name.expression, scope), placeOf(name, scope));
    return typeof key === 'string' ? key : null;
  }
  return name.text;
}

/** Constructs an instance: fields, then the constructor, with those of the parent at `super(…)`. */
export function constructClass(
  machine: Machine,
  callee: FunctionValue,
  instance: ObjectValue,
  args: readonly Value[],
  place: Place,
): ObjectValue {
  const { node } = callee;
  if (!ts.isClassLike(node)) return instance;
  if (machine.depth >= deepestCall) {
    tooDeep(machine, place);
    return instance;
  }
  const written = node.members.find(
    (member): member is ts.ConstructorDeclaration =>
      ts.isConstructorDeclaration(member) && member.body !== undefined,
  );
  if (written === undefined) {
    if (callee.parent !== null) constructParent(machine, callee, instance, args, place);
    else initializeFields(callee, instance);
    return instance;
  }
  machine.depth += 1;
  if (callee.parent === null) initializeFields(callee, instance);
  runConstructor(machine, callee, written, instance, args, callee.scope, (scope) => {
    for (const parameter of written.parameters) {
      if (!ts.isParameterPropertyDeclaration(parameter, written)) continue;
      if (!ts.isIdentifier(parameter.name)) continue;
      const value = scope.variables.get(parameter.name.text)?.value ?? undefinedValue;
      setMember(machine, instance, parameter.name.text, value, placeOf(parameter, scope));
    }
  });
  machine.depth -= 1;
  return instance;
}

/** `super(…)`: runs the parent's constructor on the instance, then the fields of the class itself. */
export function constructParent(
  machine: Machine,
  callee: FunctionValue,
  instance: ObjectValue,
  args: readonly Value[],
  place: Place,
): void {
  const { parent } = callee;
  if (parent?.kind === 'function' && ts.isClassLike(parent.node)) {
    constructClass(machine, parent, instance, args, place);
  } else if (parent?.kind === 'external' || parent?.kind === 'unknown') {
    instance.constructedWith = args;
    noteConstruction(machine, parent, args);
  }
  initializeFields(callee, instance);
}

function initializeFields(callee: FunctionValue, instance: ObjectValue): void {
  if (!ts.isClassLike(callee.node)) return;
  for (const member of callee.node.members) {
    if (!ts.isPropertyDeclaration(member) || hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (hasModifier(member, ts.SyntaxKind.DeclareKeyword)) continue;
    setField(member, callee, instance, callee.home, callee.scope);
  }
}

function setField(
  member: ts.PropertyDeclaration,
  owner: FunctionValue,
  target: Value,
  home: ObjectValue | null,
  scope: Scope,
): void {
  const key = memberKey(member.name, scope);
  if (key === null) return;
  const inner = newScope(scope, frameFor(scope, owner, target, home), true);
  const value = member.initializer === undefined ? undefinedValue : evaluate(member.initializer, inner);
  setMember(scope.frame.machine, target, key, value, placeOf(member.name, scope));
}

function frameFor(scope: Scope, owner: FunctionValue, self: Value, home: ObjectValue | null): Frame {
  const { machine, module } = scope.frame;
  return { machine, module, self, home, constructing: owner, args: [], yields: null };
}

/** The value of an enum: its members by name, and the names of numeric ones by number. */
export function evaluateEnum(node: ts.EnumDeclaration, scope: Scope): ObjectValue {
  const { machine } = scope.frame;
  const members = newObject(placeOf(node, scope));
  const inner = newScope(scope, scope.frame);
  let next = 0;
  for (const member of node.members) {
    const key = memberKey(member.name, inner);
    if (key === null) continue;
    const place = placeOf(member.name, scope);
    const value = member.initializer === undefined ? primitive(next) : evaluate(member.initializer, inner);
    inner.variables.set(key, newBinding(value));
    define(machine, members, key, { value, place });
    if (value.kind === 'primitive' && typeof value.value === 'number') {
      next = value.value + 1;
      define(machine, members, String(value.value), { value: primitive(key), place });
    }
  }
  return members;
}

/** `super` itself: where the method's home inherits from, at last the class of a package. */
export function superOf({ home, self, constructing }: Frame): Value {
  if (home !== null && home.proto !== null) return home.proto;
  if (self.kind === 'object') return baseOf(self) ?? nullValue;
  return constructing?.kind === 'function' ? (constructing.parent ?? nullValue) : nullValue;
}
