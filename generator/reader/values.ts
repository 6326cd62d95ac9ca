import type { Reason } from '../diagnostics.ts';
import { keepers, packagesOfRun } from './keystone/facts.ts';
import { isKeystonePackage } from './keystone/packages.ts';
import type { Call } from './machine.ts';
import type { Place } from './place.ts';
import type { Scope } from './scope.ts';
import type { ts } from './syntax.ts';

/**
 * What an expression can come to. Everything is either known exactly, known to be one of a few values
 * (`choice`), or unknown with the reason.
 */
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

/** Counts what the reader gave up on, to tell whether it did so while something ran. */
export function limitsSoFar(): number {
  return limits;
}

/** Counts what is made that can change, to tell what is older than a branch from what is made in it. */
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
  /** Things spread into it whose properties are not all known, in the order in which they came. */
  rests: readonly Rest[];
  proto: ObjectValue | null;
  /** The class of a package that it is an instance of, directly or by inheritance. */
  readonly base: ExternalValue | UnknownValue | null;
  /** What that class was constructed with. */
  constructedWith: readonly Value[];
  /** What it holds beside its properties: the pairs of a Map, the values of a Set, the result of a promise. */
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
  /** A getter: a function to call for the value; `value` is then not used. */
  readonly get?: Value;
  readonly set?: Value;
  /** Set for one that loops over names and copies pass by: a method of a class, or one defined so. */
  readonly isHidden?: true;
  /** Set for one that cannot be given another value. */
  readonly isFixed?: true;
  /** The name in the source. */
  readonly place: Place;
  /** Counts writes to the object, to tell what a later spread may have overridden. */
  readonly order: number;
}

/** Something spread into an object, or written under a name that is not known. */
export interface Rest {
  readonly value: ExternalValue | UnknownValue;
  readonly place: Place;
  readonly order: number;
}

/** What may lie below the properties of an object, as an unknown prototype does: nothing that is known is overridden. */
export function restBelow(value: Rest['value']): Rest {
  return { value, place: value.place, order: 0 };
}

export interface ArrayValue {
  readonly kind: 'array';
  elements: Value[];
  /** Why there may be more elements than those; null when there are not. */
  open: UnknownValue | null;
  /** Why it may have properties that are no elements, as the `index` of a match; null where it has none. */
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
  /** The object whose method it is, for `super`. */
  readonly home: ObjectValue | null;
  /** Static members and what else was assigned to the function; `prototype` is one of them. */
  readonly own: ObjectValue;
  /** What a class extends. */
  readonly parent: Value | null;
  readonly place: Place;
}

/** A function that the reader knows by itself: a built-in of JavaScript or of Keystone. */
export interface NativeValue {
  readonly kind: 'native';
  readonly name: string;
  readonly call: (call: Call) => Value;
  /** The members that are modelled. */
  readonly members?: ReadonlyMap<string, Value>;
  /** What JavaScript itself has there: its other members are unknown, and what it does not have is not there. */
  readonly host?: object;
  /** Set for one that is given choices as they are; any other is called with each of their options. */
  readonly takesChoices?: true;
}

/** An export of a package, which is never loaded: `@keystonejs/fields` and `Relationship`. */
export interface ExternalValue {
  readonly kind: 'external';
  readonly package: string;
  readonly path: readonly string[];
  readonly place: Place;
  /** Where the package is imported. */
  readonly root: Place;
  /** Set where no package.json lists it, so that the name may be an alias. */
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
  /** Where all of it became unknown of which this is a part: what has one root has one cause. */
  readonly root: Place;
  /** The environment variables that decide. */
  readonly env: readonly string[];
  /** What else may settle it, as a sentence. */
  readonly cure?: string;
  /** Set for what comes of one of the packages that only keep an instance of Keystone. */
  readonly isKeeper?: true;
  /** Set where a condition has told that much. */
  readonly truthy?: boolean;
  /** Set for an argument that stands for any number of them: what is not known was spread there. */
  readonly isMany?: true;
}

/** One of several values; `why` is the condition that decides which. */
export interface ChoiceValue {
  readonly kind: 'choice';
  readonly options: readonly Value[];
  readonly why: UnknownValue;
}

/** An option of a choice: the property or element may not be there at all. */
export interface AbsentValue {
  readonly kind: 'absent';
}

export const undefinedValue: PrimitiveValue = { kind: 'primitive', value: undefined };
export const nullValue: PrimitiveValue = { kind: 'primitive', value: null };
export const trueValue: PrimitiveValue = { kind: 'primitive', value: true };
export const falseValue: PrimitiveValue = { kind: 'primitive', value: false };
export const absentValue: AbsentValue = { kind: 'absent' };

/** A text, a number or the like. */
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

/** An array; `open` says why there may be more elements than those given. */
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

/**
 * Something that nobody can know from the source: the environment, a package that is not read, a file that is
 * missing. `reason` is a clause, and `env` names the variables that decide.
 */
export function outside(reason: string, place: Place, env: readonly string[] = []): UnknownValue {
  return { kind: 'unknown', origin: 'outside', reason, place, root: place, env };
}

/** Something that only this reader does not know: running the source may tell. `reason` is a clause. */
export function limit(reason: string, place: Place): UnknownValue {
  limits += 1;
  return { kind: 'unknown', origin: 'limit', reason, place, root: place, env: [] };
}

/** Something that is unknown for several reasons, told as one: `reason` is a clause. */
export function becauseOf(causes: readonly UnknownValue[], reason: string, place: Place): UnknownValue {
  const env = [...new Set(causes.flatMap((cause) => cause.env))];
  const why = causes.some(({ origin }) => origin === 'outside')
    ? outside(reason, place, env)
    : limit(reason, place);
  return { ...why, root: causes[0]?.root ?? place };
}

/** An export of a package; the package as a whole where the path is empty. */
export function external(packageName: string, path: readonly string[], place: Place): ExternalValue {
  return { kind: 'external', package: packageName, path, place, root: place };
}

/** Beyond so many options a value is as good as unknown. */
const mostOptions = 24;

/** One of `options`, told apart no further than needed: equal options count once. */
export function choice(options: readonly Value[], why: UnknownValue): Value {
  const distinct: Value[] = [];
  for (const option of options.flatMap((each) => (each.kind === 'choice' ? each.options : [each]))) {
    if (!distinct.some((known) => same(known, option))) distinct.push(option);
  }
  const [only] = distinct;
  if (only === undefined || distinct.length > mostOptions) return withoutTruth(why);
  return distinct.length === 1 ? only : { kind: 'choice', options: distinct, why };
}

/** What is not known about an export of a package, since packages are not read. */
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

/** Something unknown that comes of another: what is known of the truth of that says nothing about this. */
export function withoutTruth(value: UnknownValue): UnknownValue {
  if (value.truthy === undefined && value.isMany === undefined) return value;
  const { truthy: _, isMany: __, ...rest } = value;
  return rest;
}

/** Whether two values are surely one and the same; false when in doubt. */
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

/** The value itself, or each option of a choice; what may be absent counts as undefined. */
export function optionsOf(value: Value): readonly Value[] {
  const options = value.kind === 'choice' ? value.options : [value];
  return options.some((option) => option.kind === 'absent')
    ? options.map((option) => (option.kind === 'absent' ? undefinedValue : option))
    : options;
}

/** Whether an element or property may not be there. */
export function mayBeAbsent(value: Value): value is ChoiceValue {
  return value.kind === 'choice' && value.options.some((option) => option.kind === 'absent');
}

/** What is read from a place that may be empty. */
export function presentOr(value: Value): Value {
  if (value.kind === 'absent') return undefinedValue;
  return mayBeAbsent(value) ? choice(optionsOf(value), value.why) : value;
}

/** What something that may be absent is where it is there: for what is only done then. */
export function whenPresent(value: Value): Value {
  if (value.kind !== 'choice') return presentOr(value);
  return choice(
    value.options.filter((option) => option.kind !== 'absent'),
    value.why,
  );
}

/** How many elements an array has, of which some may not be there. */
export function lengthOf({ elements, open }: ArrayValue): Value {
  if (open !== null) return withoutTruth(open);
  const present = elements.filter((element) => element.kind !== 'absent');
  const [doubtful, ...others] = present.filter(mayBeAbsent);
  if (doubtful === undefined) return primitive(present.length);
  const lengths = [doubtful, ...others].map((_, index) => primitive(present.length - index));
  return choice([...lengths, primitive(present.length - lengths.length)], doubtful.why);
}

/** Whether a value is known to be undefined. */
export function isUndefined(value: Value): boolean {
  return value.kind === 'primitive' && value.value === undefined;
}

/** Whether a value is known to be null or undefined; `nullish` tells doubt, too. */
export function isNullish(value: Value): boolean {
  return value.kind === 'primitive' && (value.value === undefined || value.value === null);
}

/** The text of a string; null for anything else. */
export function stringOf(value: Value): string | null {
  return value.kind === 'primitive' && typeof value.value === 'string' ? value.value : null;
}
