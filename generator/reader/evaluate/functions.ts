import path from 'node:path';
import { forEachOption } from '../fork.ts';
import { argumentAt, argumentsAsArray } from '../iterate.ts';
import { callBack, handOver } from '../keystone/escapes.ts';
import { callExternal, constructExternal } from '../keystone/externals.ts';
import { isKeystonePackage } from '../keystone/packages.ts';
import {
  type Call,
  deepestCall,
  fail,
  isStackOverflow,
  type Machine,
  mostDoubtfulCalls,
  OutOfFuel,
  reportEndless,
  Thrown,
} from '../machine.ts';
import { baseOf, getMember, reasonOf, whyRest } from '../members.ts';
import { isInside } from '../modules/files.ts';
import type { Place } from '../place.ts';
import { type Frame, newScope, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import {
  choice,
  type ExternalValue,
  type FunctionValue,
  limit,
  limitsSoFar,
  type NativeValue,
  newInstance,
  newObject,
  type ObjectValue,
  optionsOf,
  presentOr,
  stringOf,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { newWait, runAsync } from './await.ts';
import { constructClass } from './classes.ts';
import { type Completion, returnedBy } from './completion.ts';
import { evaluate } from './expression.ts';
import { bindPattern } from './patterns.ts';
import { runBlock } from './statements.ts';

/** The value of a function or class, which sees the variables of the scope. */
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
  if (isConstructor(node)) {
    const prototype = newObject(place);
    prototype.properties.set('constructor', { value: made, place, order: 0, isHidden: true });
    own.properties.set('prototype', { value: prototype, place, order: 0, isHidden: true });
  }
  return made;
}

/** Whether a function can be called with `new`. Arrow functions, methods, generators and async functions can not. */
export function isConstructor(node: FunctionValue['node']): boolean {
  if (ts.isClassLike(node)) return true;
  const isPlain = ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node);
  return isPlain && node.asteriskToken === undefined && !hasModifier(node, ts.SyntaxKind.AsyncKeyword);
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
      return callExternal(machine, callee, args, place) ?? callUnread(machine, callee, args, self, place);
    case 'object':
    case 'unknown': {
      // An instance of a class that is not read may be a function, such as a Proxy.
      const base = callee.kind === 'object' ? baseOf(callee) : callee;
      if (base === null) return callNothing(machine, args, self, place);
      const why = withoutTruth(whyRest(base, place));
      machine.risks.push(why);
      // A method may change the object that it is called for.
      handOver(machine, [...args, self], why, place);
      return why;
    }
    default:
      return callNothing(machine, args, self, place);
  }
}

/** A call of a built-in whose arguments may be choices. */
type NativeCall = Omit<Call, 'given'>;

/**
 * Calls a built-in function with each value that its arguments may have. If JavaScript's own function throws, the result
 * is unknown, and a `try` around it may catch. An error that is thrown after code of the program ran is a defect of the
 * reader.
 */
function callNative(callee: NativeValue, call: NativeCall): Value {
  const { machine, place } = call;
  const isChoice = ({ kind }: Value) => kind === 'choice' && callee.takesChoices !== true;
  const doubtful = [call.self, ...call.args].find(isChoice);
  if (doubtful !== undefined) {
    return forEachOption(machine, presentOr(doubtful), (option) => {
      const chosen = (each: Value) => (each === doubtful ? option : each);
      return callNative(callee, { ...call, self: chosen(call.self), args: call.args.map(chosen) });
    });
  }
  const { fuel } = machine;
  try {
    const limits = limitsSoFar();
    const result = callee.call({ ...call, args: call.args.map(presentOr), given: call.args });
    // A function that has no model may have called or changed what it was given.
    const givesUp = result.kind === 'unknown' && result.origin === 'limit' && limitsSoFar() > limits;
    if (result.kind === 'unknown') machine.risks.push(result);
    if (givesUp) handOver(machine, [...call.args, call.self], withoutTruth(result), place);
    // A part of a text that is not empty may be empty.
    return result.kind === 'unknown' ? withoutTruth(result) : result;
  } catch (error) {
    const isOwn = error instanceof Thrown || error instanceof OutOfFuel || isStackOverflow(error);
    if (isOwn || machine.fuel < fuel) throw error;
    const why = limit(`'${callee.name}' fails here`, place);
    machine.risks.push(why);
    return why;
  }
}

/** JavaScript would throw. Here the reader may have lost the function. */
function callNothing(machine: Machine, args: readonly Value[], self: Value, place: Place): Value {
  const nothing = fail(machine, 'something that is not a function is called', place);
  handOver(machine, [...args, self], nothing, place);
  if (machine.guesses > 0) return nothing;
  machine.report.add({
    code: 'AM1023',
    severity: 'warning',
    message: 'Something is called here that does not seem to be a function.',
    help: 'If the code works in the app, the reader did not understand it: check that its lists are complete.',
    why: 'limit',
    place,
  });
  return nothing;
}

function callUnread(
  machine: Machine,
  callee: ExternalValue,
  args: readonly Value[],
  self: Value,
  place: Place,
): Value {
  const why = unknownExternal(callee, place);
  machine.risks.push(why);
  noteLeads(machine, args, place);
  // Keystone's own functions change nothing that they are given, but they call the callbacks.
  if (isKeystonePackage(callee.package)) callBack(machine, args, why, place);
  else handOver(machine, [...args, self], why, place);
  return why;
}

/** Code that is given a path or a pattern may import the files there. */
function noteLeads(machine: Machine, args: readonly Value[], place: Place): void {
  for (const arg of args.flatMap(optionsOf)) {
    const [text] = stringOf(arg)?.split(/[*?{[]/) ?? [];
    if (text === undefined || !/^\.{0,2}[\\/]|^\w:[\\/]/.test(text)) continue;
    const folders = [machine.cwd, path.dirname(place.file.path)];
    for (const folder of folders) {
      const lead = path.resolve(folder, text);
      // A text such as '/' is a route, not a path.
      if (folders.some((each) => isInside(each, lead))) machine.leads.push({ path: lead, place });
    }
  }
}

/**
 * Calls a function of the program, unless it has already called itself several times on unknown conditions. A service that
 * restarts when it fails does that. If it can fail in many places, following all of them would take for ever.
 */
export function callFunction(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  self: Value,
  place: Place,
): Value {
  const { node } = callee;
  const { running } = machine;
  machine.reached.add(node);
  if (ts.isClassLike(node)) return fail(machine, 'a class is called without new', place);
  const { body } = node;
  if (body === undefined) return limit('the function has no body', place);
  if (machine.depth >= deepestCall) return tooDeep(machine, place);
  const before = running.get(node);
  const trials = machine.journal.trials.length;
  const isDoubtful = before !== undefined && trials > before.trials;
  const doubtful = (before?.doubtful ?? 0) + (isDoubtful ? 1 : 0);
  if (doubtful > mostDoubtfulCalls) {
    const message = `The function here calls itself, and whether that ends is unknown; it is followed ${mostDoubtfulCalls} times.`;
    reportEndless(machine, message, callee.place);
    return limit('whether the calls go on is not known', place);
  }
  running.set(node, { trials, doubtful });
  try {
    return runFunction(machine, callee, node, body, args, self, place);
  } finally {
    if (before === undefined) running.delete(node);
    else running.set(node, before);
  }
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
): Value {
  const outer = callee.scope.frame;
  const isAsync = hasModifier(node, ts.SyntaxKind.AsyncKeyword);
  if (node.asteriskToken !== undefined && !machine.guessed.has(node)) {
    // Its body runs whenever somebody wants the next element, and may change anything then.
    const why = limit('what a generator yields is not followed', place);
    handOver(machine, [callee, self, ...args], why, place);
    return why;
  }
  const wait = isAsync ? newWait() : null;
  // An arrow function shares the frame of the function around it.
  const own: Frame | null = ts.isArrowFunction(node)
    ? null
    : { machine, module: outer.module, self, home: callee.home, constructing: null, args, wait };
  const frame = own ?? (isAsync ? sharing(outer, wait) : outer);
  const scope = newScope(callee.scope, frame, true);
  const run = (): Completion => {
    machine.depth += 1;
    bindParameters(scope, node.parameters, args, place);
    const end: Completion = ts.isBlock(body)
      ? runBlock(body, scope)
      : { kind: 'return', value: evaluate(body, scope) };
    machine.depth -= 1;
    return end;
  };
  return wait === null ? returnedBy(run()) : runAsync(machine, run, wait, place);
}

/** The frame of an asynchronous arrow function: what it waits for is its own, all else that of the function around it. */
function sharing(outer: Frame, wait: Frame['wait']): Frame {
  return Object.create(outer, { wait: { value: wait } });
}

/** Gives the parameters of a function their arguments. */
export function bindParameters(
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

/** Reports calls that are nested too deep to be followed. */
function tooDeep(machine: Machine, place: Place): Value {
  const message = `Calls are nested more than ${deepestCall} deep here; the recursion is treated as endless.`;
  reportEndless(machine, message, place, 'error');
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
      return constructExternal(machine, callee, args, place);
    case 'unknown':
      machine.risks.push(callee);
      handOver(machine, args, withoutTruth(callee), place);
      return newInstance(withoutTruth(callee), args, place);
    default:
      return fail(machine, 'something that is not a class is constructed', place);
  }
}

function constructFunction(
  machine: Machine,
  callee: FunctionValue,
  args: readonly Value[],
  place: Place,
): Value {
  if (!isConstructor(callee.node)) return fail(machine, 'what is constructed is not a constructor', place);
  const prototype = prototypeOf(machine, callee, place);
  const base = externalParent(callee);
  const instance = base === null ? newObject(place, prototype) : newInstance(base, [], place, prototype);
  return constructOn(machine, callee, instance, args, place);
}

/** Runs a class or constructor function on an instance that exists already. */
export function constructOn(
  machine: Machine,
  callee: FunctionValue,
  instance: ObjectValue,
  args: readonly Value[],
  place: Place,
): Value {
  if (!ts.isClassLike(callee.node)) {
    return objectOr(callFunction(machine, callee, args, instance, place), instance);
  }
  if (machine.depth >= deepestCall) return tooDeep(machine, place);
  machine.depth += 1;
  const made = constructClass(machine, callee, instance, args, place);
  machine.depth -= 1;
  return made;
}

/** What `new` gives: what the constructor returns if that is an object, otherwise the instance. */
export function objectOr(returned: Value, instance: Value): Value {
  if (returned.kind === 'primitive') return instance;
  if (returned.kind === 'unknown') return choice([returned, instance], returned);
  if (returned.kind !== 'choice') return returned;
  const options = returned.options.map((option) => objectOr(option, instance));
  return choice(options, returned.why);
}

/** What the instances of a class or function inherit from; null if that is not known. */
export function prototypeOf(machine: Machine, callee: Value, place: Place): ObjectValue | null {
  const prototype = getMember(machine, callee, 'prototype', place);
  return prototype.kind === 'object' ? prototype : null;
}

/** The class of a package that a class inherits from; null if the program has all of its parents. */
function externalParent({ parent, place }: FunctionValue): ObjectValue['base'] {
  if (parent === null || parent.kind === 'external') return parent;
  if (parent.kind === 'function') return externalParent(parent);
  return reasonOf(parent, place) ?? limit('what the class extends is not followed', place);
}
