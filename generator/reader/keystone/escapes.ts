import path from 'node:path';
import { callValue, construct } from '../evaluate/functions.ts';
import { perhaps } from '../fork.ts';
import { type Entity, watch } from '../journal.ts';
import { type Machine, Thrown } from '../machine.ts';
import { baseOf } from '../members.ts';
import { isInside } from '../modules/files.ts';
import { addRest, unsettleArray } from '../objects.ts';
import type { Place } from '../place.ts';
import { assign } from '../scope.ts';
import { ts } from '../syntax.ts';
import { type FunctionValue, type ObjectValue, stringOf, type UnknownValue, type Value } from '../values.ts';
import { createAuxListFunction, createListFunction, ifByHand } from './create-list.ts';
import { keepers } from './facts.ts';
import { fieldTypeOf } from './field-type.ts';
import { isKeystoneClass, keystoneExport } from './packages.ts';

/**
 * Values are handed over to code that is not read: as arguments, as properties, or as the results of callbacks. That code
 * may change everything that can be reached from them, and may call every function among it, with anything. So each such
 * object is unknown from then on. If a Keystone instance or a part of a list is among them, that is an error.
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
    if (!why.isKeeper && isKeeper(value)) machine.leadsToKept.push({ why, place });
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
        if (value.open !== null) visit(value.open);
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
      case 'primitive':
        noteLead(machine, value, place, values.includes(value));
        return;
      default:
    }
  };
  const visitObject = (object: ObjectValue): void => {
    const base = baseOf(object);
    // What Keystone's own classes make of their arguments is known.
    if (base !== null && keystoneExport(base) !== null) return;
    visitProperties(object);
    for (const rest of object.rests) visit(rest.value);
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
  if (found === keystoneInstance && why.isKeeper) machine.isKept = true;
  else if (found !== null) reportEscape(machine, found, why, place);
  callBack(machine, functions, why, place);
  return found !== null;
}

/** Who is given a path, or a pattern of paths, may import what is there. As an option, the project's folder says no more than where it is. */
function noteLead(machine: Machine, value: Value, place: Place, isArgument: boolean): void {
  const [text] = stringOf(value)?.split(/[*?{[]/) ?? [];
  if (text === undefined || !/^\.{0,2}[\\/]|^\w:[\\/]/.test(text)) return;
  const folders = [machine.cwd, path.dirname(place.file.path)];
  for (const folder of folders) {
    const lead = path.resolve(folder, text);
    if (lead === machine.cwd && !isArgument) continue;
    // A text such as '/' is a route rather than a path.
    if (folders.some((each) => isInside(each, lead))) machine.leads.push({ path: lead, place });
  }
}

function isSame(former: Value | null, why: UnknownValue): boolean {
  return former?.kind === 'unknown' && former.reason === why.reason;
}

const keystoneInstance = 'the Keystone instance';

function reportEscape(machine: Machine, given: string, why: UnknownValue, place: Place): void {
  const message = `Code that is not read gets ${given}, and could turn it into lists or fields`;
  const byHand = given === keystoneInstance ? ifByHand(machine) : {};
  machine.report.unknown({ code: 'AM1020', message, why, place, ...byHand });
}

/** Whether a value is, or comes of, a package that only keeps an instance of Keystone. */
function isKeeper(value: Value): boolean {
  if (value.kind === 'unknown') return value.isKeeper === true;
  const base = value.kind === 'object' ? baseOf(value) : value;
  return base?.kind === 'external' && keepers.includes(base.package);
}

/** Reports the code that may get an instance of Keystone from a package that keeps it. */
export function reportKept(machine: Machine): void {
  if (!machine.isKept) return;
  for (const { why, place } of machine.leadsToKept) reportEscape(machine, keystoneInstance, why, place);
}

/** Whether a value is an instance of Keystone. */
export function isKeystone(value: Value): boolean {
  const base = value.kind === 'object' ? baseOf(value) : null;
  return base !== null && isKeystoneClass(base);
}

/** What a value means for lists, in the words of a message; null if it means nothing for them. */
function describe(machine: Machine, value: ObjectValue, place: Place): string | null {
  if (baseOf(value) !== null) return isKeystone(value) ? keystoneInstance : null;
  const typesIn = (object: ObjectValue): readonly Value[] =>
    [...object.properties.values()].flatMap((field) => typeOf(field.value) ?? []);
  const fields = value.properties.get('fields')?.value;
  const types = [typeOf(value) ?? [], typesIn(value)].flat();
  const inFields = fields?.kind === 'object' ? typesIn(fields) : [];
  const isPart =
    inFields.some((type) => keystoneExport(type) !== null) ||
    [...types, ...inFields].some((type) => fieldTypeOf(machine, type, place).is === 'relationship');
  return isPart ? 'the config or fields of a list' : null;
}

function typeOf(field: Value): Value | undefined {
  return field.kind === 'object' ? field.properties.get('type')?.value : undefined;
}

/** A function that may be called at any time, and repeatedly, makes everything unknown that it changes. */
export function leaveOpen(machine: Machine, entity: Entity, why: UnknownValue, place: Place): void {
  machine.escaped.set(entity, why);
  if (entity.kind === 'binding') assign(machine, entity, entity.value);
  else if (entity.kind === 'array') unsettleArray(machine.journal, entity, why);
  else if (entity.kind === 'object') addRest(machine, entity, why, place);
}

/** Guesses inside guesses lead far away from the lists, and take long. */
const mostGuesses = 3;

/**
 * Functions that something unknown gets may be called, with something unknown, and classes constructed. Modules that are
 * first imported on the way are forgotten again: if they are imported for certain, they run again.
 */
export function callBack(machine: Machine, args: readonly Value[], why: UnknownValue, place: Place): void {
  const { loaded } = machine.modules;
  for (const arg of args) {
    if (arg.kind === 'function') machine.reached.add(arg.node);
    if (arg.kind !== 'function' || machine.guessed.size >= mostGuesses) continue;
    if (machine.guessed.has(arg.node)) continue;
    const isClass = ts.isClassLike(arg.node);
    const parameters = isClass ? [{ ...why, isMany: true as const }] : arg.node.parameters.map(() => why);
    const before = new Set(loaded.keys());
    machine.guessed.add(arg.node);
    let result: Value | null = null;
    const attempt = (): Value => {
      try {
        return isClass
          ? construct(machine, arg, parameters, arg.place)
          : callValue(machine, arg, parameters, why, arg.place);
      } catch (error) {
        // The code that calls it gets what it throws.
        if (error instanceof Thrown) handOver(machine, [error.value], why, place);
        throw error;
      }
    };
    const changed = watch(machine.journal, () => {
      result = perhaps(machine, why, attempt);
    });
    for (const entity of changed) leaveOpen(machine, entity, why, place);
    for (const file of loaded.keys()) if (!before.has(file)) loaded.delete(file);
    if (result !== null) handOver(machine, [result], why, place);
    machine.guessed.delete(arg.node);
  }
}
