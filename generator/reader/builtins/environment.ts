import type { Place } from '../place.ts';
import {
  newInstance,
  type ObjectValue,
  outside,
  primitive,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { objectMembers } from './object.ts';

/** The known variables, by the unknown value that `process.env` and its copies get their members from. */
const environments = new WeakMap<UnknownValue, Readonly<Record<string, string>>>();

/** `process.env`, with the variables whose values were given. */
export function environment(env: Readonly<Record<string, string>>, place: Place): ObjectValue {
  const base = outside('process.env is set outside the source', place);
  environments.set(base, env);
  return newInstance(base, [], place);
}

/** A variable, if the unknown value is the environment. An empty one counts as not set. */
export function readVariable(from: UnknownValue, name: string, place: Place): Value | null {
  const env = environments.get(from);
  // The methods of objects are not variables.
  if (env === undefined || objectMembers.has(name)) return null;
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) return outside(`process.env.${name} is set outside the source`, place, [name]);
  return value === '' ? undefinedValue : primitive(value);
}
