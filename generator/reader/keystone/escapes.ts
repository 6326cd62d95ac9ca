import { callValue, construct } from '../evaluate/functions.ts';
import { perhaps } from '../fork.ts';
import { type Entity, watch } from '../journal.ts';
import { type Machine, Thrown } from '../machine.ts';
import { baseOf } from '../members.ts';
import { addRest, unsettleArray } from '../objects.ts';
import type { Place } from '../place.ts';
import { because } from '../report.ts';
import { assign } from '../scope.ts';
import { ts } from '../syntax.ts';
import type { FunctionValue, ObjectValue, UnknownValue, Value } from '../values.ts';
import { createAuxListFunction, createListFunction } from './create-list.ts';
import { fieldTypeOf } from './field-type.ts';
import { isExport, keystoneExport } from './packages.ts';

/**
 * Values get into the hands of code that is not read: as arguments, as properties, or as what a callback gives. That code
 * may change all that can be reached from them, and may call every function among that, with anything.
 *
 * A Keystone instance, and what a list is made of, must not pass in silence. Any other object that it may have changed is
 * not known from then on.
 *
 * @returns whether there was such a thing among them
 */
export function handOver(
  machine: Machine,
  values: readonly Value[],
  why: UnknownValue,
  place: Place,
): boolean {
  const functions: FunctionValue[] = [];
  const seen = new Set<Value>();
  let found: string | null = null;
  const visit = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    switch (value.kind) {
      case 'choice':
        for (const option of value.options) visit(option);
        return;
      case 'function':
        functions.push(value);
        machine.escaped.set(value.own, why);
        visitProperties(value.own);
        return;
      case 'array':
        for (const element of value.elements) visit(element);
        machine.escaped.set(value, why);
        if (!isSame(value.open, why)) unsettleArray(machine.journal, value, why);
        return;
      case 'object': {
        const given = describe(machine, value, place);
        if (given !== null) found ??= given;
        else visitObject(value);
        return;
      }
      case 'native':
        if (value === createListFunction || value === createAuxListFunction) found ??= value.name;
        return;
      default:
    }
  };
  const visitObject = (object: ObjectValue): void => {
    const base = baseOf(object);
    // What Keystone's own classes make of their arguments is known.
    if (base !== null && keystoneExport(base) !== null) return;
    visitProperties(object);
    if (object.inside !== null) visit(object.inside.entries);
    machine.escaped.set(object, why);
    if (!object.rests.some((rest) => isSame(rest.value, why))) addRest(machine, object, why, place);
  };
  const visitProperties = (object: ObjectValue): void => {
    for (const [name, { value, get, set }] of object.properties) {
      if (name === 'constructor') continue;
      for (const each of [value, get, set]) if (each !== undefined) visit(each);
    }
    if (object.proto !== null && !seen.has(object.proto)) {
      seen.add(object.proto);
      visitProperties(object.proto);
    }
  };
  for (const value of values) visit(value);
  if (found !== null) reportEscape(machine, found, why, place);
  callBack(machine, functions, why, place);
  return found !== null;
}

function isSame(former: Value | null, why: UnknownValue): boolean {
  return former?.kind === 'unknown' && former.reason === why.reason;
}

function reportEscape(machine: Machine, given: string, why: UnknownValue, place: Place): void {
  machine.report.add({
    code: 'AM1020',
    // Lists given by hand stand for those that it may make.
    severity: machine.hasListsByHand && given === keystoneInstance ? 'warning' : 'error',
    message: `Code that is not read gets ${given}, and could turn it into lists or fields, ${because(why, place)}.`,
    help: 'If it does neither, leave it out for reading. Otherwise name a file that exports the config of each list that it creates or changes with --list <Key>=<file>.',
    why,
    place,
  });
}

/** Whether a value is an instance of Keystone. */
export function isKeystone(value: Value): boolean {
  const base = value.kind === 'object' ? baseOf(value) : null;
  return base !== null && isExport(base, ['keystone'], 'Keystone');
}

const keystoneInstance = 'the Keystone instance';

/** What a value means for lists, in the words of a message; null where it means nothing for them. */
function describe(machine: Machine, value: ObjectValue, place: Place): string | null {
  const base = baseOf(value);
  if (base !== null) return isKeystone(value) ? keystoneInstance : null;
  const fields = value.properties.get('fields')?.value;
  if (fields?.kind === 'object' && membersOf(fields).some((field) => hasKeystoneType(field))) {
    return 'the config of a list';
  }
  if (isRelationship(machine, value, place)) return 'a relationship field';
  return membersOf(value).some((field) => isRelationship(machine, field, place))
    ? 'the fields of a list'
    : null;
}

function membersOf(object: ObjectValue): readonly Value[] {
  return [...object.properties.values()].map(({ value }) => value);
}

function typeOf(field: Value): Value | null {
  return field.kind === 'object' ? (field.properties.get('type')?.value ?? null) : null;
}

function hasKeystoneType(field: Value): boolean {
  const type = typeOf(field);
  return type !== null && keystoneExport(type) !== null;
}

function isRelationship(machine: Machine, field: Value, place: Place): boolean {
  const type = typeOf(field);
  return type !== null && fieldTypeOf(machine, type, place).is === 'relationship';
}

/** What is changed by a function that may be called at any time, and any number of times, may be anything from then on. */
function leaveOpen(machine: Machine, entity: Entity, why: UnknownValue, place: Place): void {
  machine.escaped.set(entity, why);
  if (entity.kind === 'binding') assign(machine, entity, entity.value);
  else if (entity.kind === 'array') unsettleArray(machine.journal, entity, why);
  else if (entity.kind === 'object') addRest(machine, entity, why, place);
}

/** Guesses inside guesses lead far away from the lists, and take long. */
const mostGuesses = 3;

/**
 * Functions given to something unknown may be called by it, with something unknown, and classes constructed. Modules that
 * are first imported on the way are forgotten again: where they are imported for certain they run anew.
 */
export function callBack(machine: Machine, args: readonly Value[], why: UnknownValue, place: Place): void {
  const { loaded } = machine.modules;
  for (const arg of args) {
    if (arg.kind === 'function') machine.reached.add(arg.node);
    if (arg.kind !== 'function' || machine.guesses >= mostGuesses) continue;
    if (machine.guessed.has(arg.node)) continue;
    const isClass = ts.isClassLike(arg.node);
    const parameters = isClass ? [{ ...why, isMany: true as const }] : arg.node.parameters.map(() => why);
    const before = new Set(loaded.keys());
    machine.guessed.add(arg.node);
    machine.guesses += 1;
    let result: Value | null = null;
    const guess = () => {
      result = perhaps(machine, why, attempt);
    };
    const attempt = (): Value => {
      try {
        return isClass
          ? construct(machine, arg, parameters, arg.place)
          : callValue(machine, arg, parameters, why, arg.place);
      } catch (error) {
        // What is thrown gets into the same hands.
        if (error instanceof Thrown) handOver(machine, [error.value], why, place);
        throw error;
      }
    };
    for (const entity of watch(machine.journal, guess)) leaveOpen(machine, entity, why, place);
    for (const file of loaded.keys()) if (!before.has(file)) loaded.delete(file);
    if (result !== null) handOver(machine, [result], why, place);
    machine.guesses -= 1;
    machine.guessed.delete(arg.node);
  }
}
