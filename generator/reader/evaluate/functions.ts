import { forEachOption } from '../fork.ts';
import { argumentAt, argumentsAsArray } from '../iterate.ts';
import { callBack, handOver, isKeystone } from '../keystone/escapes.ts';
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
  presentOr,
  undefinedValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from '../values.ts';
import { bindPattern } from './assignments.ts';
import { runAsync } from './await.ts';
import { constructClass } from './classes.ts';
import { returnedBy } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';
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

/** A call, before it is known what each of its arguments is. */
export type Invocation = Omit<Call, 'given'>;

/** Calls a value. The call of something unknown gives something unknown. */
export function callValue(
  machine: Machine,
  callee: Value,
  args: readonly Value[],
  self: Value,
  place: Place,
): Value {
  return invoke(callee, { machine, args, self, place, isNew: false });
}

/** `new callee(…args)`. */
export function construct(machine: Machine, callee: Value, args: readonly Value[], place: Place): Value {
  return invoke(callee, { machine, args, self: undefinedValue, place, isNew: true });
}

function invoke(callee: Value, call: Invocation): Value {
  const { machine, args, self, place, isNew } = call;
  switch (callee.kind) {
    case 'function':
      return isNew ? constructFunction(callee, call) : callFunction(callee, call);
    case 'native':
      return callNative(callee, call);
    case 'choice':
      return forEachOption(machine, callee, (option) => invoke(option, call));
    case 'external':
      if (isNew) return constructExternal(machine, callee, args, place);
      return callExternal(machine, callee, args, place) ?? callUnread(callee, call);
    case 'object':
    case 'unknown': {
      // An instance of a class that is not read may be a function, such as a Proxy.
      const base = callee.kind === 'object' ? baseOf(callee) : callee;
      if (base === null) return callNothing(call);
      const why = withoutTruth(whyRest(base, place));
      machine.risks.push(why);
      // A method may change the object that it is called for.
      handOver(machine, [...args, self], why, place);
      return isNew ? newInstance(why, args, place) : why;
    }
    default:
      return callNothing(call);
  }
}

/**
 * Calls a built-in function with each value that its arguments may have. If JavaScript's own function throws, the result
 * is unknown, and a `try` around it may catch. An error that is thrown after code of the program ran is a defect of the
 * reader.
 */
function callNative(callee: NativeValue, call: Invocation): Value {
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
    if (result.kind !== 'unknown') return result;
    machine.risks.push(result);
    // A part of a text that is not empty may be empty.
    const why = withoutTruth(result);
    // A function that has no model may have called or changed what it was given.
    const givesUp = result.origin === 'limit' && limitsSoFar() > limits;
    if (givesUp) handOver(machine, [...call.args, call.self], why, place);
    return why;
  } catch (error) {
    const isOwn = error instanceof Thrown || error instanceof OutOfFuel || isStackOverflow(error);
    if (isOwn || machine.fuel < fuel) throw error;
    const why = limit(`'${callee.name}' fails here`, place);
    machine.risks.push(why);
    return why;
  }
}

/** JavaScript would throw. Here the reader may have lost the function. */
function callNothing({ machine, args, self, place }: Invocation): Value {
  const nothing = fail(machine, 'something that is not a function is called', place);
  const isInvolved = handOver(machine, args, nothing, place) || isKeystone(self);
  if (machine.guessed.size > 0) return nothing;
  machine.report.add({
    code: 'AM1023',
    severity: isInvolved ? 'error' : 'warning',
    message: 'Something is called here that does not seem to be a function.',
    help: 'If the code works in the app, the reader did not understand it: check that its lists are complete.',
    why: 'limit',
    place,
  });
  return nothing;
}

function callUnread(callee: ExternalValue, { machine, args, self, place }: Invocation): Value {
  const why = unknownExternal(callee, place);
  machine.risks.push(why);
  // Keystone's own functions change nothing that they are given, but they call the callbacks.
  if (isKeystonePackage(callee.package)) callBack(machine, args, why, place);
  else handOver(machine, [...args, self], why, place);
  return why;
}

/**
 * Calls a function of the program, unless it has already called itself several times on unknown conditions. A service that
 * restarts when it fails does that. If it can fail in many places, following all of them would take for ever.
 */
function callFunction(callee: FunctionValue, call: Invocation): Value {
  const { node } = callee;
  const { machine, args, self, place } = call;
  const { running } = machine;
  machine.reached.add(node);
  if (ts.isClassLike(node)) return fail(machine, 'a class is called without new', place);
  if (node.body === undefined) return limit('the function has no body', place);
  if (machine.depth >= deepestCall) return tooDeep(machine, place);
  if (node.asteriskToken !== undefined && !machine.guessed.has(node)) {
    // Its body runs whenever somebody wants the next element, and may change anything then.
    const why = limit('what a generator yields is not followed', place);
    handOver(machine, [callee, self, ...args], why, place);
    return why;
  }
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
    return runFunction(callee, node, node.body, call);
  } finally {
    if (before === undefined) running.delete(node);
    else running.set(node, before);
  }
}

function runFunction(
  callee: FunctionValue,
  node: Exclude<FunctionValue['node'], ts.ClassLikeDeclaration>,
  body: ts.Block | ts.Expression,
  { machine, args, self, place }: Invocation,
): Value {
  const outer = callee.scope.frame;
  // An arrow function shares the frame of the function around it.
  const frame: Frame = ts.isArrowFunction(node)
    ? outer
    : { machine, module: outer.module, self, home: callee.home, constructing: null, args };
  const scope = newScope(callee.scope, frame, true);
  const bind = () => bindParameters(node, scope, args);
  if (hasModifier(node, ts.SyntaxKind.AsyncKeyword)) return runAsync(scope, body, bind, place);
  machine.depth += 1;
  bind();
  const value = ts.isBlock(body) ? returnedBy(runBlock(body, scope)) : evaluate(body, scope);
  machine.depth -= 1;
  return value;
}

/** Gives the parameters of a function their arguments. */
export function bindParameters(
  { parameters }: ts.FunctionLikeDeclaration,
  scope: Scope,
  args: readonly Value[],
): void {
  const isThis = ({ name }: ts.ParameterDeclaration) => ts.isIdentifier(name) && name.text === 'this';
  for (const [index, parameter] of parameters.filter((each) => !isThis(each)).entries()) {
    const { name, initializer, dotDotDotToken } = parameter;
    const value =
      dotDotDotToken === undefined
        ? argumentAt(args, index)
        : argumentsAsArray(args, index, placeOf(parameter, scope));
    bindPattern(scope, name, value, initializer);
  }
}

/** Reports calls that are nested too deep to be followed. */
function tooDeep(machine: Machine, place: Place): Value {
  const message = `Calls are nested more than ${deepestCall} deep here; the recursion is treated as endless.`;
  reportEndless(machine, message, place, 'error');
  return limit('the calls are nested too deep', place);
}

function constructFunction(callee: FunctionValue, call: Invocation): Value {
  const { machine, place } = call;
  if (!isConstructor(callee.node)) return fail(machine, 'what is constructed is not a constructor', place);
  const prototype = prototypeOf(machine, callee, place);
  const base = externalParent(callee);
  const instance = base === null ? newObject(place, prototype) : newInstance(base, [], place, prototype);
  return constructOn(callee, instance, call);
}

/** Runs a class or constructor function on an instance that exists already. */
export function constructOn(callee: FunctionValue, instance: ObjectValue, call: Invocation): Value {
  const { machine, place } = call;
  if (!ts.isClassLike(callee.node)) {
    return objectOr(callFunction(callee, { ...call, self: instance }), instance);
  }
  if (machine.depth >= deepestCall) return tooDeep(machine, place);
  machine.depth += 1;
  const made = constructClass(callee, instance, call);
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
