import { callBack, handOver } from '../keystone/escapes.ts';
import { noteConstruction } from '../keystone/externals.ts';
import { keystoneExport } from '../keystone/packages.ts';
import { deepestCall, type Machine } from '../machine.ts';
import { baseOf, getMember, type Key, reasonOf, setMember, toKey } from '../members.ts';
import { addRest, define, privateMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { because } from '../report.ts';
import { type Frame, newBinding, newScope, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import {
  birth,
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
import { evaluate, nameOf, placeOf } from './expression.ts';
import {
  callFunction,
  callValue,
  newFunction,
  objectOr,
  prototypeOf,
  runConstructor,
  tooDeep,
} from './functions.ts';
import { evaluateNamed } from './literals.ts';
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
  define(machine, made.own, 'prototype', { value: prototype, place, isHidden: true });
  define(machine, prototype, 'constructor', { value: made, place, isHidden: true });
  for (const { name: own } of node.members) {
    if (own === undefined || !ts.isPrivateIdentifier(own) || inner.variables.has(own.text)) continue;
    inner.variables.set(own.text, newBinding(primitive(`${privateMark}${own.text}${birth()}`)));
  }
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
  const name = typeof key === 'string' ? primitive(key) : key;
  const home = isStatic ? made.own : prototype;
  const method =
    ts.isMethodDeclaration(member) && typeof key === 'string' ? home.properties.get(key) : undefined;
  for (const decorator of [...decorators].reverse()) {
    const place = placeOf(decorator, scope);
    const descriptor = newObject(place);
    if (method !== undefined) define(machine, descriptor, 'value', method);
    const args = [isStatic ? made : prototype, name, descriptor];
    const result = runDecorator(decorator, args, scope);
    if (method === undefined || typeof key !== 'string') continue;
    const value = getMember(machine, result?.kind === 'object' ? result : descriptor, 'value', place);
    define(machine, home, key, { value, place, isHidden: true });
  }
}

/** What the decorators of a class make of it: it may be put into a registry, or another class take its place. */
function decorated(node: ts.ClassLikeDeclaration, made: FunctionValue, scope: Scope): Value {
  let value: Value = made;
  for (const decorator of [...(ts.getDecorators(node) ?? [])].reverse()) {
    const result = runDecorator(decorator, [value], scope);
    if (result !== null && !isUndefined(result)) value = result;
  }
  return value;
}

/** What a decorator gives; null for one that is not read, which passes in silence only where it is of a package. */
function runDecorator({ expression }: ts.Decorator, args: readonly Value[], scope: Scope): Value | null {
  const { machine } = scope.frame;
  const place = placeOf(expression, scope);
  const decorator = evaluate(expression, scope);
  // Decorators of packages are taken to note something about the class, and to leave it as it is.
  if (isOfPackage(expression, scope)) return null;
  if (decorator.kind === 'unknown') {
    machine.report.add({
      code: 'AM1020',
      severity: 'warning',
      message: `A decorator that is not read gets a class here, and could turn it into lists or fields, ${because(decorator, place)}.`,
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
  const { machine } = scope.frame;
  const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
  const home = isStatic ? made.own : prototype;
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
    const place = placeOf(member.name, scope);
    const key = memberKey(member.name, scope);
    if (member.body === undefined) return;
    if (typeof key !== 'string') {
      addRest(machine, home, key, place);
      return;
    }
    const value = newFunction(member, scope, place, { name: key, home });
    const former = home.properties.get(key);
    const part = ts.isGetAccessor(member) ? { get: value } : ts.isSetAccessor(member) ? { set: value } : null;
    const property = part === null ? { value } : { ...former, value: undefinedValue, ...part };
    define(machine, home, key, { ...property, place, isHidden: true });
  } else if (isStatic && ts.isPropertyDeclaration(member)) {
    setField(member, made, made, made.own, scope);
  } else if (ts.isClassStaticBlockDeclaration(member)) {
    runBody(member.body, newScope(scope, frameFor(scope, made, made, made.own), true));
  }
}

/** The name of a member as the key of a property: why it is not known where it is computed from something unknown. */
function memberKey(name: ts.PropertyName, scope: Scope): Key {
  if (ts.isPrivateIdentifier(name)) return nameOf(name, scope);
  if (!ts.isComputedPropertyName(name)) return name.text;
  return toKey(scope.frame.machine, evaluate(name.expression, scope), placeOf(name, scope));
}

/** Constructs an instance: fields, then the constructor, with those of the parent at `super(…)`. */
export function constructClass(
  machine: Machine,
  callee: FunctionValue,
  instance: ObjectValue,
  args: readonly Value[],
  place: Place,
): Value {
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
  machine.depth += 1;
  if (callee.parent === null) initializeFields(callee, instance);
  const made =
    written === undefined
      ? callee.parent === null
        ? instance
        : constructParent(machine, callee, instance, args, place)
      : runConstructor(machine, callee, written, instance, args, callee.scope, (scope) => {
          setParameterProperties(written, instance, scope);
        });
  machine.depth -= 1;
  return made;
}

/** `constructor(private name)`: a parameter that is a property, too. */
function setParameterProperties(node: ts.ConstructorDeclaration, instance: ObjectValue, scope: Scope): void {
  for (const parameter of node.parameters) {
    if (!ts.isParameterPropertyDeclaration(parameter, node) || !ts.isIdentifier(parameter.name)) continue;
    const value = scope.variables.get(parameter.name.text)?.value ?? undefinedValue;
    setMember(scope.frame.machine, instance, parameter.name.text, value, placeOf(parameter, scope));
  }
}

/** `super(…)`: runs the parent's constructor on the instance, then the fields of the class itself. Gives `this`. */
export function constructParent(
  machine: Machine,
  callee: FunctionValue,
  instance: Value,
  args: readonly Value[],
  place: Place,
): Value {
  const { parent } = callee;
  const made =
    parent === null || instance.kind !== 'object'
      ? instance
      : runParent(machine, parent, instance, args, place);
  initializeFields(callee, made);
  return made;
}

function runParent(
  machine: Machine,
  parent: Value,
  instance: ObjectValue,
  args: readonly Value[],
  place: Place,
): Value {
  if (parent.kind === 'function') {
    if (ts.isClassLike(parent.node)) return constructClass(machine, parent, instance, args, place);
    return objectOr(callFunction(machine, parent, args, instance, place, parent), instance);
  }
  instance.constructedWith = args;
  if (keystoneExport(parent) === null) {
    // A class that is not read may call the methods that the program's own adds to it, and keep all that it is given.
    const why = reasonOf(parent, place) ?? limit('what the class extends is not followed', place);
    handOver(machine, args, why, place);
    callBack(machine, methodsOf(instance), why, place);
  } else noteConstruction(machine, parent, args);
  return instance;
}

/** The methods that an object has of the classes of the program. */
function methodsOf(instance: ObjectValue): readonly Value[] {
  const methods: Value[] = [];
  for (let at = instance.proto; at !== null; at = at.proto) {
    for (const [name, { value, get, set }] of at.properties) {
      if (name !== 'constructor') methods.push(value, ...[get, set].filter((each) => each !== undefined));
    }
  }
  return methods;
}

function initializeFields(callee: FunctionValue, instance: Value): void {
  if (!ts.isClassLike(callee.node)) return;
  for (const member of callee.node.members) {
    if (!ts.isPropertyDeclaration(member) || hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (hasModifier(member, ts.SyntaxKind.DeclareKeyword)) continue;
    setField(member, callee, instance, callee.home, callee.scope);
  }
}

/** A field is defined, whatever setter the prototypes have for its name. */
function setField(
  member: ts.PropertyDeclaration,
  owner: FunctionValue,
  target: Value,
  home: ObjectValue | null,
  scope: Scope,
): void {
  const { machine } = scope.frame;
  const place = placeOf(member.name, scope);
  const key = memberKey(member.name, scope);
  const inner = newScope(scope, frameFor(scope, owner, target, home), true);
  const name = typeof key === 'string' ? key : '';
  const value =
    member.initializer === undefined ? undefinedValue : evaluateNamed(member.initializer, inner, name);
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind === 'object' && typeof key === 'string') define(machine, object, key, { value, place });
  else setMember(machine, target, key, value, place);
}

function frameFor(scope: Scope, owner: FunctionValue, self: Value, home: ObjectValue | null): Frame {
  const { machine, module } = scope.frame;
  return { machine, module, self, home, constructing: owner, args: [], wait: null };
}

/** The value of an enum: its members by name, and the names of numeric ones by number. */
export function evaluateEnum(node: ts.EnumDeclaration, scope: Scope): ObjectValue {
  const { machine } = scope.frame;
  const members = newObject(placeOf(node, scope));
  const inner = newScope(scope, scope.frame);
  let next = 0;
  for (const member of node.members) {
    const key = memberKey(member.name, inner);
    if (typeof key !== 'string') continue;
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
