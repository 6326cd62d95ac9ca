import type { Place } from '../place.ts';
import { newInstance, type ObjectValue, primitive, undefinedValue, unknown, type Value } from '../values.ts';

/** Marks `process.env`, whose members are known by their names alone; see `readVariable`. */
const environments = new WeakMap<ObjectValue, Readonly<Record<string, string>>>();

/** `process.env`, with the variables whose values were given. */
export function environment(env: Readonly<Record<string, string>>, place: Place): ObjectValue {
  const variables = newInstance(unknown('process.env is set outside the source', place), [], place);
  environments.set(variables, env);
  return variables;
}

/** A variable of the environment, if that is what the object is; an empty one counts as not set. */
export function readVariable(object: ObjectValue, name: string, place: Place): Value | null {
  const env = environments.get(object);
  if (env === undefined) return null;
  const value = env[name];
  if (value === undefined) return unknown(`process.env.${name} is set outside the source`, place, [name]);
  return value === '' ? undefinedValue : primitive(value);
}
