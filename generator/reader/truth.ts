import { isListedExport } from './keystone/packages.ts';
import {
  booleanValue,
  type ExternalValue,
  isNullish,
  outside,
  same,
  type UnknownValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from './values.ts';

/** Whether a value counts as true in a condition; the unknown value where that can't be told. */
export function truth(value: Value): boolean | UnknownValue {
  switch (value.kind) {
    case 'primitive':
      return Boolean(value.value);
    case 'absent':
      return false;
    case 'unknown':
      return value.truthy ?? value;
    case 'external':
      return isSurelySomething(value) || unknownExternal(value, value.place);
    case 'choice': {
      const truths = value.options.map(truth);
      const [first] = truths;
      if (first !== undefined && truths.every((each) => each === first)) return first;
      return value.why;
    }
    default:
      return true;
  }
}

/** A package as a whole is something, and so is what Keystone exports; other exports may be anything. */
function isSurelySomething(value: ExternalValue): boolean {
  return value.path.length === 0 || isListedExport(value);
}

/** `===` of two values. */
export function strictlyEqual(a: Value, b: Value): boolean | UnknownValue {
  if (a.kind === 'choice' || b.kind === 'choice') return equalOptions(a, b);
  if (a.kind === 'unknown') return unequalByTruth(a, b) ? false : a;
  if (b.kind === 'unknown') return unequalByTruth(b, a) ? false : b;
  if (a.kind === 'primitive' && b.kind === 'primitive') return a.value === b.value;
  if (same(a, b)) return true;
  if (a.kind === 'external') return equalsExport(a, b);
  return b.kind === 'external' && equalsExport(b, a);
}

/** Whether an export is equal to something that is not it: one that is not read may be anything. */
function equalsExport(value: ExternalValue, other: Value): boolean | UnknownValue {
  if (other.kind === 'external' && value.package !== other.package) {
    return outside(`the packages ${value.package} and ${other.package} are not read`, value.place);
  }
  if (isListedExport(value) && (other.kind !== 'external' || isListedExport(other))) return false;
  return truth(value) === true && truth(other) === false ? false : unknownExternal(value, value.place);
}

/** The answer to such a question as a value. */
export function decided(answer: boolean | UnknownValue): Value {
  return typeof answer === 'boolean' ? booleanValue(answer) : withoutTruth(answer);
}

/** Whether a value is surely null or undefined; the unknown value where that can't be told. */
export function nullish(value: Value): boolean | UnknownValue {
  switch (value.kind) {
    case 'choice': {
      const all = value.options.map(nullish);
      const [first] = all;
      return typeof first === 'boolean' && all.every((each) => each === first) ? first : value.why;
    }
    case 'unknown':
      return value.truthy === true ? false : value;
    case 'external':
      return isSurelySomething(value) ? false : unknownExternal(value, value.place);
    default:
      return value.kind === 'absent' || isNullish(value);
  }
}

function equalOptions(a: Value, b: Value): boolean | UnknownValue {
  const lefts = a.kind === 'choice' ? a.options : [a];
  const rights = b.kind === 'choice' ? b.options : [b];
  const results = lefts.flatMap((left) => rights.map((right) => strictlyEqual(left, right)));
  const [first] = results;
  if (typeof first === 'boolean' && results.every((result) => result === first)) return first;
  const doubt = results.find((result) => typeof result !== 'boolean');
  if (a.kind === 'choice') return a.why;
  if (b.kind === 'choice') return b.why;
  return doubt === undefined ? false : doubt;
}

/** A truthy unknown value is none of the falsy ones, and the other way round. */
function unequalByTruth(value: UnknownValue, other: Value): boolean {
  const known = truth(other);
  return value.truthy !== undefined && typeof known === 'boolean' && known !== value.truthy;
}

/** What an unknown or choosing value still can be once a condition on it came out so. */
export function narrowed(value: Value, truthy: boolean): Value {
  if (value.kind === 'unknown') return { ...value, truthy };
  if (value.kind !== 'choice') return value;
  const options = value.options
    .filter((option) => truth(option) !== !truthy)
    .map((option) => narrowed(option, truthy));
  const [only] = options;
  return options.length === 1 && only !== undefined ? only : { ...value, options };
}
