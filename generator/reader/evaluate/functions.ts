import { forEachOption, perhaps } from '../fork.ts';
import { reportEscapes } from '../keystone/escapes.ts';
import { callExternal, constructExternal } from '../keystone/externals.ts';
import { isKeystonePackage } from '../keystone/packages.ts';
import {
  type Call,
  deepestCall,
  isStackOverflow,
  type Machine,
  mostDoubtfulCalls,
  OutOfFuel,
  type Running,
  Thrown,
} from '../machine.ts';
import { argumentAt, argumentsAsArray, getMember } from '../members.ts';
import type { Place } from '../place.ts';
import { type Frame, newScope, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import {
  type ExternalValue,
  type FunctionValue,
  limit,
  type NativeValue,
  newArray,
  newInstance,
  newObject,
  type ObjectValue,
  presentOr,
  type UnknownValue,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { constructClass } from './classes.ts';
import { evaluate } from './expression.ts';
import { bindPattern } from './patterns.ts';
import { runBody } from './statements.ts';

/** A function or class value for its node, closing over the scope. */
export function newFunction(
  node: FunctionValue['node'],
  scope: Scope,
  place: Place,
  options: { name?: string; home?: ObjectValue | null; parent?: Value | null } = {},
): FunctionValue {
  const name = node.name === undefined || !ts.isIdentifier(node.name) ? options.name : node.name.text;
  const own = newObject(place);
  const made: FunctionValue = {
    kind: 'function',
    node,
    scope,
    name: name ?? '',
    home: options.home ?? null,
    own,
    parent: options.parent ?? null,
    place,
  };
  if (!ts.isArrowFunction(node)) {
    own.properties.set('prototype', { value: newObject(place), place, order: 0 });
  }
  return made;
}

/** Calls whatever can be called. The call of something unknown gives something unknown. */
export function callValue(
  machine: Machine,
  callee: Value,
  args: readonly Value[],
  self: Value,
  place: Place,
): Value {
  switch (callee.kind) {
    case 'function':
      return callFunction(machine, callee, args, self, place);
    case 'native':
      return callNative(callee, { machine, args, self, place, isNew: false });
    case 'choice':
      return forEachOption(machine, callee, (option) => callValue(machine, option, args, self, place));
    case 'external':
      return callExternal(machine, callee, args, place) ?? callUnread(machine, callee, args, place);
    case 'unknown': {
      const why = withoutTruth(callee);
      handOver(machine, args, why, place);
      return why;
    }
    default:
      return callNothing(machine, args, place);
  }
}

/**
 * Calls a built-in function. Where JavaScript's own throws at what it is given, so would the program's: what comes of it
 * is unknown, and a `try` around it may catch. What is thrown after code of the program ran is a defect of the reader.
 */
function callNative(callee: NativeValue, call: Omit<Call, 'given'>): Value {
  const { machine, place } = call;
  const { fuel } = machine;
  try {
    const result = callee.call({ ...call, args: call.args.map(presentOr), given: call.args });
    // What is made of something unknown may be false where that is not: a part of a text, or a number of it.
    return result.kind === 'unknown' ? withoutTruth(result) : result;
  } catch (error) {
    const isOwn = error instanceof Thrown || error instanceof OutOfFuel || isStackOverflow(error);
    if (isOwn || machine.fuel < fuel) throw error;
    const why = limit(`'${callee.name}' fails here`, place);
    machine.risks.push(why);
    return why;
  }
}

/** JavaScript would throw; here it may well be something that the reader does not know of. */
function callNothing(machine: Machine, args: readonly Value[], place: Place): Value {
  const nothing = limit('something is called that is no function', place);
  handOver(machine, args, nothing, place);
  if (machine.guesses > 0) return nothing;
  machine.report.add({
    code: 'AM1023',
    severity: 'warning',
    message: 'Something is called here that is no function, as far as can be told.',
    help: 'If the code runs in the app, it was not understood: check that the lists that it is for are complete.',
    why: 'limit',
    place,
  });
  return nothing;
}

function callUnread(machine: Machine, callee: ExternalValue, args: readonly Value[], place: Place): Value {
  const why = unknownExternal(callee, place);
  machine.risks.push(why);
  if (isKeystonePackage(callee.package)) callBack(machine, args, why);
  else handOver(machine, args, why, place);
  return why;
}

/** Gives arguments away to something unknown. */
function handOver(machine: Machine, args: readonly Value[], why: UnknownValue, place: Place): void {
  reportEscapes(machine, args, why, place);
  callBack(machine, args, why);
}

/** Guesses inside guesses lead far away from the lists, and take long. */
const mostGuesses = 3;

/**
 * Functions given to something unknown may be called by it, with something unknown. Modules that are
 * first imported on the way are forgotten again: where they are imported for certain they run anew.
 */
export function callBack(machine: Machine, args: readonly Value[], why: UnknownValue): void {
  const { loaded } = machine.modules;
  for (const arg of args) {
    if (arg.kind !== 'function' || ts.isClassLike(arg.node) || machine.guesses >= mostGuesses) continue;
    const parameters = arg.node.parameters.map(() => why);
    const before = new Set(loaded.keys());
    machine.guesses += 1;
    perhaps(machine, why, () => callFunction(machine, arg, parameters, why, arg.place));
    machine.guesses -= 1;
    for (const file of loaded.keys()) if (!before.has(file)) loaded.delete(file);
  }
}

function callFunction(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  self: Value,
  place: Place,
  constructing: Value | null = null,
): Value {
  const { node } = callee;
  if (ts.isClassLike(node)) return limit('a class is called without new', place);
  const { body } = node;
  if (body === undefined) return limit('the function has no body', place);
  if (machine.depth >= deepestCall) return tooDeep(machine, place);
  return unlessEndless(machine, node, place, () =>
    runFunction(machine, callee, node, body, args, self, place, constructing),
  );
}

/**
 * Does a call, except where the function runs already and has called itself several times on conditions
 * that are unknown. A service that starts anew when it fails is one: to follow it further adds nothing,
 * and where it can fail in many places it takes time without end.
 */
function unlessEndless(machine: Machine, node: ts.Node, place: Place, call: () => Value): Value {
  const { running, created } = machine;
  const before = running.get(node);
  const trials = machine.journal.length;
  const isDoubtful = before !== undefined && trials > before.trials;
  const now: Running = {
    trials,
    doubtful: (before?.doubtful ?? 0) + (isDoubtful ? 1 : 0),
    leftOut: before?.leftOut ?? [],
  };
  if (now.doubtful > mostDoubtfulCalls) {
    now.leftOut.push(place);
    return limit('whether the calls go on is not known', place);
  }
  running.set(node, now);
  try {
    return call();
  } finally {
    if (before !== undefined) running.set(node, before);
    else {
      running.delete(node);
      reportLeftOut(machine, now.leftOut, machine.created > created);
    }
  }
}

/** Where a function that calls itself creates lists, the calls that are left out could create more. */
function reportLeftOut(machine: Machine, [place]: readonly Place[], createsLists: boolean): void {
  if (place === undefined) return;
  machine.report.add({
    code: 'AM1012',
    severity: createsLists && machine.guesses === 0 ? 'error' : 'warning',
    message: `What is called here calls itself again, and whether that ends is unknown; it is followed ${mostDoubtfulCalls} times.`,
    help: 'If it has to do with lists, let its end depend on what is in the source, or name an entry file that does not call it.',
    why: 'limit',
    place,
  });
}

type RunnableNode = Exclude<FunctionValue['node'], ts.ClassLikeDeclaration>;

function runFunction(
  machine: Machine,
  callee: FunctionValue,
  node: RunnableNode,
  body: ts.Block | ts.Expression,
  args: readonly Value[],
  self: Value,
  place: Place,
  constructing: Value | null,
): Value {
  machine.depth += 1;
  const isArrow = ts.isArrowFunction(node);
  const outer = callee.scope.frame;
  const frame: Frame = isArrow
    ? outer
    : {
        machine,
        module: outer.module,
        self,
        home: callee.home,
        constructing,
        args,
        yields: node.asteriskToken === undefined ? null : newArray([], place),
      };
  const scope = newScope(callee.scope, frame, true);
  bindParameters(scope, node.parameters, args, place);
  const result = ts.isBlock(body) ? runBody(body, scope) : evaluate(body, scope);
  machine.depth -= 1;
  return isArrow ? result : (frame.yields ?? result);
}

function bindParameters(
  scope: Scope,
  parameters: readonly ts.ParameterDeclaration[],
  args: readonly Value[],
  place: Place,
): void {
  let index = 0;
  for (const parameter of parameters) {
    if (ts.isIdentifier(parameter.name) && parameter.name.text === 'this') continue;
    const value =
      parameter.dotDotDotToken === undefined ? argumentAt(args, index) : argumentsAsArray(args, index, place);
    bindPattern(scope, parameter.name, value, parameter.initializer);
    index += 1;
  }
}

/** Reports calls that are nested too deep to be followed; gives what stands for their value. */
export function tooDeep(machine: Machine, place: Place): Value {
  machine.report.add({
    code: 'AM1012',
    severity: machine.guesses > 0 ? 'warning' : 'error',
    message: `Calls are nested more than ${deepestCall} deep here; they are taken to go on for ever.`,
    help: 'Let the recursion end, or give the reader an entry file that does not run it.',
    why: 'limit',
    place,
  });
  return limit('the calls are nested too deep', place);
}

/** `new callee(…args)`. */
export function construct(machine: Machine, callee: Value, args: readonly Value[], place: Place): Value {
  switch (callee.kind) {
    case 'function':
      return constructFunction(machine, callee, args, place);
    case 'native':
      return callNative(callee, { machine, args, self: undefinedValue, place, isNew: true });
    case 'choice':
      return forEachOption(machine, callee, (option) => construct(machine, option, args, place));
    case 'external':
      return constructExternal(machine, callee, args, place) ?? newInstance(callee, args, place);
    case 'unknown':
      handOver(machine, args, callee, place);
      return newInstance(callee, args, place);
    default:
      return limit('something is constructed that is no class', place);
  }
}

function constructFunction(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  place: Place,
): Value {
  const prototype = prototypeOf(machine, callee, place);
  const base = externalParent(callee);
  const instance = base === null ? newObject(place, prototype) : newInstance(base, [], place, prototype);
  if (ts.isClassLike(callee.node)) return constructClass(machine, callee, instance, args, place);
  const result = callFunction(machine, callee, args, instance, place, callee);
  return result.kind === 'object' || result.kind === 'choice' ? result : instance;
}

/** What the instances of a class or function inherit from; null where that is not known. */
export function prototypeOf(machine: Machine, callee: Value, place: Place): ObjectValue | null {
  const prototype = getMember(machine, callee, 'prototype', place);
  return prototype.kind === 'object' ? prototype : null;
}

/** The class of a package at the root of a class of the user; null where all of it is the user's. */
export function externalParent(callee: FunctionValue): ExternalValue | UnknownValue | null {
  const { parent } = callee;
  if (parent === null) return null;
  if (parent.kind === 'external' || parent.kind === 'unknown') return parent;
  if (parent.kind === 'choice') return parent.why;
  return parent.kind === 'function' ? externalParent(parent) : null;
}

/** Runs a class's constructor (a method node) on an instance that exists already. */
export function runConstructor(
  machine: Machine,
  owner: FunctionValue,
  node: ts.ConstructorDeclaration,
  instance: Value,
  args: readonly Value[],
  scope: Scope,
  afterBinding: (scope: Scope) => void,
): void {
  if (node.body === undefined) return;
  const frame: Frame = {
    machine,
    module: scope.frame.module,
    self: instance,
    home: prototypeOf(machine, owner, owner.place),
    constructing: owner,
    args,
    yields: null,
  };
  const inner = newScope(scope, frame, true);
  bindParameters(inner, node.parameters, args, owner.place);
  afterBinding(inner);
  runBody(node.body, inner);
}
