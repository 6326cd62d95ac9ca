import { isListedExport } from './keystone/packages.ts';
import {
  booleanValue,
  type ExternalValue,
  isNullish,
  same,
  type UnknownValue,
  unknownExternal,
  type Value,
  withoutTruth,
} from './values.ts';

/** The answer to a question about a value, or why it is not known. */
export type Answer = boolean | UnknownValue;

/** Whether a value counts as true in a condition. */
export function truth(value: Value): Answer {
  switch (value.kind) {
    case 'primitive':
      return Boolean(value.value);
    case 'absent':
      return false;
    case 'unknown':
      return value.truthy ?? value;
    case 'external':
      return isSurelySomething(value) || unknownExternal(value, value.place);
    case 'choice':
      return agreed(value.options.map(truth), value.why);
    default:
      return true;
  }
}

/** A package as a whole is something, and so is what Keystone exports. Other exports may be anything. */
function isSurelySomething(value: ExternalValue): boolean {
  return value.path.length === 0 || isListedExport(value);
}

/** What all answers are. */
function agreed(answers: readonly Answer[], why: UnknownValue): Answer {
  const [first] = answers;
  return typeof first === 'boolean' && answers.every((each) => each === first) ? first : why;
}

/** `===` of two values. */
export function strictlyEqual(a: Value, b: Value): Answer {
  if (a.kind === 'choice') {
    return agreed(
      a.options.map((each) => strictlyEqual(each, b)),
      a.why,
    );
  }
  if (b.kind === 'choice') return strictlyEqual(b, a);
  // A truthy unknown value is none of the falsy ones, and vice versa.
  if (a.kind === 'unknown') return a.truthy !== undefined && truth(b) === !a.truthy ? false : a;
  if (b.kind === 'unknown') return strictlyEqual(b, a);
  if (a.kind === 'primitive' && b.kind === 'primitive') return a.value === b.value;
  if (same(a, b)) return true;
  if (a.kind === 'external') return equalsExport(a, b);
  return b.kind === 'external' && equalsExport(b, a);
}

/** Whether an export is equal to something else: one that is not read may be anything. */
function equalsExport(value: ExternalValue, other: Value): Answer {
  if (isListedExport(value) && (other.kind !== 'external' || isListedExport(other))) return false;
  return truth(value) === true && truth(other) === false ? false : unknownExternal(value, value.place);
}

/** An answer as a value. */
export function decided(answer: Answer): Value {
  return typeof answer === 'boolean' ? booleanValue(answer) : withoutTruth(answer);
}

/** Whether a value is null or undefined. */
export function nullish(value: Value): Answer {
  switch (value.kind) {
    case 'choice':
      return agreed(value.options.map(nullish), value.why);
    case 'unknown':
      return value.truthy === true ? false : value;
    case 'external':
      return isSurelySomething(value) ? false : unknownExternal(value, value.place);
    default:
      return value.kind === 'absent' || isNullish(value);
  }
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
