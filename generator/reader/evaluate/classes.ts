import { handOver } from '../keystone/escapes.ts';
import { noteConstruction } from '../keystone/externals.ts';
import { keystoneExport } from '../keystone/packages.ts';
import { baseOf, reasonOf, setMember } from '../members.ts';
import { define, privateMark } from '../objects.ts';
import { because } from '../report.ts';
import { type Frame, newBinding, newScope, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import {
  birth,
  type FunctionValue,
  limit,
  newObject,
  type ObjectValue,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { returnedBy } from './completion.ts';
import { evaluate, keyOfName, placeOf } from './expression.ts';
import {
  bindParameters,
  constructOn,
  type Invocation,
  newFunction,
  objectOr,
  prototypeOf,
} from './functions.ts';
import { addMethod, evaluateNamed } from './literals.ts';
import { runBlock } from './statements.ts';

/** The value of a class declaration or expression. Its static members are set. */
export function evaluateClass(node: ts.ClassLikeDeclaration, scope: Scope, name = ''): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const inner = newScope(scope, scope.frame);
  const heritage = node.heritageClauses?.find((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword);
  const [extended] = heritage?.types ?? [];
  const parent = extended === undefined ? null : evaluate(extended.expression, scope);
  const made = newFunction(node, inner, place, { name, parent });
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
  return decorated(node, made, scope);
}

/** What decorators make of a class. Those of packages are assumed to change nothing; others are left to the run. */
function decorated(node: ts.ClassLikeDeclaration, made: FunctionValue, scope: Scope): Value {
  const { machine } = scope.frame;
  const decorators = [node, ...node.members].flatMap((each) =>
    ts.canHaveDecorators(each) ? (ts.getDecorators(each) ?? []) : [],
  );
  const values = decorators.map(({ expression }) => evaluate(expression, scope));
  const own = decorators.find(({ expression }) => !isOfPackage(expression, scope));
  if (own === undefined) return made;
  const place = placeOf(own.expression, scope);
  const why = limit('what decorators make of a class is not followed', place);
  machine.report.add({
    code: 'AM1020',
    message: `A decorator gets a class here, and could turn it into lists or fields, ${because(why, place)}.`,
    help: 'If it has to do with lists, write in the source what it does.',
    why,
    place,
  });
  handOver(machine, [made, ...values], why, place);
  return why;
}

/** Whether a decorator, or the function that makes it, is an export of a package. */
function isOfPackage(expression: ts.Expression, scope: Scope): boolean {
  const maker = ts.isCallExpression(expression) ? expression.expression : expression;
  return evaluate(maker, scope).kind === 'external';
}

function addMember(member: ts.ClassElement, made: FunctionValue, prototype: ObjectValue, scope: Scope): void {
  const isStatic = hasModifier(member, ts.SyntaxKind.StaticKeyword);
  if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
    const home = isStatic ? made.own : prototype;
    if (member.body !== undefined) addMethod(member, home, scope, { isHidden: true });
  } else if (isStatic && ts.isPropertyDeclaration(member)) {
    setField(member, made, made.own, scope);
  } else if (ts.isClassStaticBlockDeclaration(member)) {
    runBlock(member.body, newScope(scope, frameFor(scope, made, made.own), true));
  }
}

/** Constructs an instance: the fields first, then the constructor. `super(…)` constructs the parent. */
export function constructClass(callee: FunctionValue, instance: ObjectValue, call: Invocation): Value {
  const { node, parent, scope } = callee;
  const { machine, args, place } = call;
  if (!ts.isClassLike(node)) return instance;
  if (parent === null) initializeFields(callee, instance);
  const written = node.members.filter(ts.isConstructorDeclaration).find(({ body }) => body !== undefined);
  if (written?.body === undefined)
    return parent === null ? instance : constructParent(callee, instance, call);
  const home = prototypeOf(machine, callee, place);
  const frame: Frame = { ...frameFor(scope, instance, home), constructing: callee, args };
  const inner = newScope(scope, frame, true);
  bindParameters(written, inner, args);
  for (const parameter of written.parameters) {
    // `constructor(private name)`: the parameter is also a property.
    if (!ts.isParameterPropertyDeclaration(parameter, written) || !ts.isIdentifier(parameter.name)) continue;
    const value = inner.variables.get(parameter.name.text)?.value ?? undefinedValue;
    setMember(machine, instance, parameter.name.text, value, placeOf(parameter, inner));
  }
  return objectOr(returnedBy(runBlock(written.body, inner)), frame.self);
}

/** `super(…)`: constructs the parent on the instance, then sets the fields of the class itself. Gives `this`. */
export function constructParent(callee: FunctionValue, instance: Value, call: Invocation): Value {
  const { parent } = callee;
  const { machine, args, place } = call;
  let made = instance;
  if (instance.kind === 'object' && parent?.kind === 'function') made = constructOn(parent, instance, call);
  else if (instance.kind === 'object' && parent !== null) {
    instance.constructedWith = args;
    if (keystoneExport(parent) !== null) noteConstruction(machine, parent, args);
    else {
      // A class that is not read may call the methods that the program adds, and keep its arguments.
      const why = reasonOf(parent, place) ?? limit('what the class extends is not followed', place);
      handOver(machine, [...args, instance], why, place);
    }
  }
  initializeFields(callee, made);
  return made;
}

function initializeFields(owner: FunctionValue, instance: Value): void {
  if (!ts.isClassLike(owner.node)) return;
  for (const member of owner.node.members) {
    if (!ts.isPropertyDeclaration(member) || hasModifier(member, ts.SyntaxKind.StaticKeyword)) continue;
    if (hasModifier(member, ts.SyntaxKind.DeclareKeyword)) continue;
    setField(member, instance, owner.home, owner.scope);
  }
}

/** A field is defined even if a prototype has a setter of its name. */
function setField(
  member: ts.PropertyDeclaration,
  target: Value,
  home: ObjectValue | null,
  scope: Scope,
): void {
  const { machine } = scope.frame;
  const place = placeOf(member.name, scope);
  const key = keyOfName(member.name, scope);
  const inner = newScope(scope, frameFor(scope, target, home), true);
  const name = typeof key === 'string' ? key : '';
  const value =
    member.initializer === undefined ? undefinedValue : evaluateNamed(member.initializer, inner, name);
  const object = target.kind === 'function' ? target.own : target;
  if (object.kind === 'object' && typeof key === 'string') define(machine, object, key, { value, place });
  else setMember(machine, target, key, value, place);
}

function frameFor(scope: Scope, self: Value, home: ObjectValue | null): Frame {
  const { machine, module } = scope.frame;
  return { machine, module, self, home, constructing: null, args: [] };
}

/** The value of an enum: its members by name, and the names of numeric members by number. */
export function evaluateEnum(node: ts.EnumDeclaration, scope: Scope): ObjectValue {
  const { machine } = scope.frame;
  const members = newObject(placeOf(node, scope));
  const inner = newScope(scope, scope.frame);
  let next = 0;
  for (const member of node.members) {
    const key = keyOfName(member.name, inner);
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

/** `super`: what the home of the method inherits from, or the class of a package. */
export function superOf(node: ts.Expression, scope: Scope): Value {
  const { home, self } = scope.frame;
  const parent = home?.proto ?? (self.kind === 'object' ? baseOf(self) : null);
  return parent ?? limit('what `super` is here is not followed', placeOf(node, scope));
}
