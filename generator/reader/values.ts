import type { Reason } from '../diagnostics.ts';
import { keepers, packagesOfRun } from './keystone/facts.ts';
import { isKeystonePackage } from './keystone/packages.ts';
import type { Call } from './machine.ts';
import type { Place } from './place.ts';
import type { Scope } from './scope.ts';
import type { ts } from './syntax.ts';

/** The value of an expression: known exactly, one of a few (`choice`), or unknown for a reason. */
export type Value =
  | PrimitiveValue
  | ObjectValue
  | ArrayValue
  | FunctionValue
  | NativeValue
  | ExternalValue
  | RegExpValue
  | UnknownValue
  | ChoiceValue
  | AbsentValue;

let births = 0;
let limits = 0;

/** Counts what the reader gave up on, to show whether something that ran caused that. */
export function limitsSoFar(): number {
  return limits;
}

/** Numbers what can change, so that a branch knows what is older than it is. */
export function birth(): number {
  births += 1;
  return births;
}

export interface PrimitiveValue {
  readonly kind: 'primitive';
  readonly value: string | number | bigint | boolean | null | undefined;
}

/** An object, an instance of a class, a module's exports. */
export interface ObjectValue {
  readonly kind: 'object';
  properties: Map<string, Property>;
  /** What was spread into it whose properties are not all known, in order. */
  rests: readonly Rest[];
  proto: ObjectValue | null;
  /** The class of a package that it is an instance of. */
  readonly base: ExternalValue | UnknownValue | null;
  /** The arguments of that class. */
  constructedWith: readonly Value[];
  /** Its content besides its properties, such as the pairs of a Map or the result of a promise. */
  readonly inside: Inside | null;
  readonly born: number;
  readonly place: Place;
}

export interface Inside {
  readonly of: 'map' | 'set' | 'promise' | 'generator';
  readonly entries: ArrayValue;
}

export interface Property {
  readonly value: Value;
  /** A getter, which is called instead of using `value`. */
  readonly get?: Value;
  readonly set?: Value;
  /** Set if loops over names and copies leave it out. */
  readonly isHidden?: true;
  /** Set if it cannot get another value. */
  readonly isFixed?: true;
  /** The name in the source. */
  readonly place: Place;
  /** The number of the write, which shows what a later spread may have overridden. */
  readonly order: number;
}

/** Something spread into an object, or written under an unknown name. */
export interface Rest {
  readonly value: ExternalValue | UnknownValue;
  readonly place: Place;
  readonly order: number;
}

/** Something below the properties of an object, such as an unknown prototype: it overrides nothing. */
export function restBelow(value: Rest['value']): Rest {
  return { value, place: value.place, order: 0 };
}

export interface ArrayValue {
  readonly kind: 'array';
  elements: Value[];
  /** Why there may be more elements; null if there are not. */
  open: UnknownValue | null;
  /** Why it may have properties that are not elements, such as the `index` of a match; null if it has none. */
  named: UnknownValue | null;
  readonly born: number;
  readonly place: Place;
}

/** A function or a class of the user. */
export interface FunctionValue {
  readonly kind: 'function';
  readonly node: ts.FunctionLikeDeclaration | ts.ClassLikeDeclaration;
  readonly scope: Scope;
  readonly name: string;
  /** The object whose method it is, which `super` needs. */
  readonly home: ObjectValue | null;
  /** Its own members, such as static ones and `prototype`. */
  readonly own: ObjectValue;
  /** What a class extends. */
  readonly parent: Value | null;
  readonly place: Place;
}

/** A built-in of JavaScript or Keystone. */
export interface NativeValue {
  readonly kind: 'native';
  readonly name: string;
  readonly call: (call: Call) => Value;
  /** The members that are modelled. */
  readonly members?: ReadonlyMap<string, Value>;
  /** The same in JavaScript: members that only this has are unknown. */
  readonly host?: object;
  /** Set if it takes choices as they are. Others are called with each option. */
  readonly takesChoices?: true;
}

/** An export of a package, such as `Relationship` of `@keystonejs/fields`. Packages are never loaded. */
export interface ExternalValue {
  readonly kind: 'external';
  readonly package: string;
  readonly path: readonly string[];
  readonly place: Place;
  /** Where the package is imported. */
  readonly root: Place;
  /** Set if no package.json lists it, so that the name may be an alias. */
  readonly mayBeAlias?: true;
}

export interface RegExpValue {
  readonly kind: 'regexp';
  readonly regexp: RegExp;
}

export interface UnknownValue {
  readonly kind: 'unknown';
  readonly origin: Reason;
  /** A clause that says why: `process.env.X is set outside the source`. */
  readonly reason: string;
  readonly place: Place;
  /** Where everything that this is part of became unknown. Values with one root have one cause. */
  readonly root: Place;
  /** The environment variables that decide. */
  readonly env: readonly string[];
  /** Another way to settle it, as a sentence. */
  readonly cure?: string;
  /** Set for what comes from a package that only keeps an instance of Keystone. */
  readonly isKeeper?: true;
  /** Set after a condition on it. */
  readonly truthy?: boolean;
  /** Set if it stands for any number of arguments, because something unknown was spread there. */
  readonly isMany?: true;
}

/** One of several values; `why` is the condition that decides which. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly Value[];
  readonly why: UnknownValue;
}

/** An option of a choice: the property or element may be missing. */
export interface AbsentValue {
  readonly kind: 'absent';
}

export const undefinedValue: PrimitiveValue = { kind: 'primitive', value: undefined };
export const nullValue: PrimitiveValue = { kind: 'primitive', value: null };
export const trueValue: PrimitiveValue = { kind: 'primitive', value: true };
export const falseValue: PrimitiveValue = { kind: 'primitive', value: false };
export const absentValue: AbsentValue = { kind: 'absent' };

/** A string, a number or the like. */
export function primitive(value: PrimitiveValue['value']): PrimitiveValue {
  return { kind: 'primitive', value };
}

/** True or false. */
export function booleanValue(value: boolean): PrimitiveValue {
  return value ? trueValue : falseValue;
}

/** An object without properties. */
export function newObject(place: Place, proto: ObjectValue | null = null): ObjectValue {
  return {
    kind: 'object',
    properties: new Map(),
    rests: [],
    proto,
    base: null,
    constructedWith: [],
    inside: null,
    born: birth(),
    place,
  };
}

/** An instance of a class that is not read. */
export function newInstance(
  base: ExternalValue | UnknownValue,
  constructedWith: readonly Value[],
  place: Place,
  proto: ObjectValue | null = null,
): ObjectValue {
  return { ...newObject(place, proto), base, constructedWith };
}

/** An array. `open` says why there may be more elements. */
export function newArray(elements: Value[], place: Place, open: UnknownValue | null = null): ArrayValue {
  return { kind: 'array', elements, open, named: null, born: birth(), place };
}

/** A built-in function, or an object of built-in functions. */
export function native(
  name: string,
  call: NativeValue['call'],
  more: Pick<NativeValue, 'members' | 'host' | 'takesChoices'> = {},
): NativeValue {
  return { kind: 'native', name, call, ...more };
}

/** Something that the source cannot tell, such as a variable of the environment. `reason` is a clause. */
export function outside(reason: string, place: Place, env: readonly string[] = []): UnknownValue {
  return { kind: 'unknown', origin: 'outside', reason, place, root: place, env };
}

/** Something that only this reader does not know, so that a run may settle it. `reason` is a clause. */
export function limit(reason: string, place: Place): UnknownValue {
  limits += 1;
  return { kind: 'unknown', origin: 'limit', reason, place, root: place, env: [] };
}

/** Something that is unknown for several reasons. `reason` is a clause for all of them. */
export function becauseOf(causes: readonly UnknownValue[], reason: string, place: Place): UnknownValue {
  const env = [...new Set(causes.flatMap((cause) => cause.env))];
  const why = causes.some(({ origin }) => origin === 'outside')
    ? outside(reason, place, env)
    : limit(reason, place);
  return { ...why, root: causes[0]?.root ?? place };
}

/** An export of a package, or the whole package if the path is empty. */
export function external(packageName: string, path: readonly string[], place: Place): ExternalValue {
  return { kind: 'external', package: packageName, path, place, root: place };
}

/** With more options, a value is as good as unknown. */
const mostOptions = 24;

/** One of `options`. Equal options count once. */
export function choice(options: readonly Value[], why: UnknownValue): Value {
  const distinct: Value[] = [];
  for (const option of options.flatMap((each) => (each.kind === 'choice' ? each.options : [each]))) {
    if (!distinct.some((known) => same(known, option))) distinct.push(option);
  }
  const [only] = distinct;
  if (only === undefined || distinct.length > mostOptions) return withoutTruth(why);
  return distinct.length === 1 ? only : { kind: 'choice', options: distinct, why };
}

/** An export of a package as an unknown value, because packages are not read. */
export function unknownExternal(value: ExternalValue, place: Place): UnknownValue {
  const why = isKeystonePackage(value.package)
    ? limit(`what '${[value.package, ...value.path].join('.')}' is has no model`, place)
    : packagesOfRun.includes(value.package)
      ? limit(`what '${value.package}' does is not followed`, place)
      : outside(`the package '${value.package}' is not read`, place);
  return {
    ...why,
    root: value.root,
    ...(value.mayBeAlias && { cure: aliasCure(value.package) }),
    ...(keepers.includes(value.package) && { isKeeper: true }),
  };
}

function aliasCure(name: string): string {
  const paths = `{ "compilerOptions": { "paths": { "${name.replace(/[^/]*$/, '*')}": ["./<folder>/*"] } } }`;
  return `If '${name}' is an alias, say what it stands for in tsconfig.json, or in jsconfig.json if there is none: ${paths}.`;
}

/** Something computed from an unknown value, whose truth says nothing about the result. */
export function withoutTruth(value: UnknownValue): UnknownValue {
  if (value.truthy === undefined && value.isMany === undefined) return value;
  const { truthy: _, isMany: __, ...rest } = value;
  return rest;
}

/** Whether two values are surely the same. */
export function same(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a.kind === 'primitive' && b.kind === 'primitive') return Object.is(a.value, b.value);
  if (a.kind === 'external' && b.kind === 'external') {
    return a.package === b.package && a.path.join() === b.path.join();
  }
  if (a.kind === 'unknown' && b.kind === 'unknown') {
    return a.reason === b.reason && a.place.at === b.place.at && a.truthy === b.truthy;
  }
  return a.kind === 'absent' && b.kind === 'absent';
}

/** The value itself, or the options of a choice. What may be absent counts as undefined. */
export function optionsOf(value: Value): readonly Value[] {
  const options = value.kind === 'choice' ? value.options : [value];
  return options.some((option) => option.kind === 'absent')
    ? options.map((option) => (option.kind === 'absent' ? undefinedValue : option))
    : options;
}

/** Whether an element or property may be missing. */
export function mayBeAbsent(value: Value): value is ChoiceValue {
  return value.kind === 'choice' && value.options.some((option) => option.kind === 'absent');
}

/** The value of something that may be absent. */
export function presentOr(value: Value): Value {
  if (value.kind === 'absent') return undefinedValue;
  return mayBeAbsent(value) ? choice(optionsOf(value), value.why) : value;
}

/** The value of something that may be absent, if it is there. */
export function whenPresent(value: Value): Value {
  if (value.kind !== 'choice') return presentOr(value);
  return choice(
    value.options.filter((option) => option.kind !== 'absent'),
    value.why,
  );
}

/** The length of an array, some of whose elements may be absent. */
export function lengthOf({ elements, open }: ArrayValue): Value {
  if (open !== null) return withoutTruth(open);
  const present = elements.filter(({ kind }) => kind !== 'absent');
  const doubtful = present.filter(mayBeAbsent);
  const lengths = [null, ...doubtful].map((_, missing) => primitive(present.length - missing));
  return doubtful[0] === undefined ? primitive(present.length) : choice(lengths, doubtful[0].why);
}

/** Whether a value is known to be undefined. */
export function isUndefined(value: Value): boolean {
  return value.kind === 'primitive' && value.value === undefined;
}

/** Whether a value is known to be null or undefined. `nullish` also gives the doubt. */
export function isNullish(value: Value): boolean {
  return value.kind === 'primitive' && (value.value === undefined || value.value === null);
}

/** The text of a string, or null. */
export function stringOf(value: Value): string | null {
  return value.kind === 'primitive' && typeof value.value === 'string' ? value.value : null;
}
