/** Packages that compute and do nothing else, or whose effect on a run is known. */
import pluralize from 'pluralize';
import { inert } from './inert.ts';

interface Context {
  /** The functions of lodash, which take long to load and are seldom needed. */
  readonly lodash: () => Readonly<Record<string, unknown>>;
  readonly requireFrom: (from: string) => unknown;
}

/** What a package exports; null for one that is not known. */
export function purePackage(name: string, { lodash, requireFrom }: Context): unknown {
  const [isLodash, member] = /^lodash(?:-es)?(?:[./](\w+))?$/.exec(name) ?? [];
  if (member === 'fp') return null;
  // `lodash.isplainobject` and `lodash/isPlainObject` are one function.
  if (member !== undefined) return named(lodash(), member);
  if (isLodash !== undefined) return lodash();
  if (/^dotenv(\/|$)/.test(name)) return { config: () => ({ parsed: inert({ kind: 'package', name }) }) };
  if (name === 'pluralize') return pluralize;
  if (name === 'esm') return ({ filename }: { filename: string }) => requireFrom(filename);
  return null;
}

function named(members: Readonly<Record<string, unknown>>, name: string): unknown {
  const key = Object.keys(members).find((each) => each.toLowerCase() === name.toLowerCase());
  return key === undefined ? null : members[key];
}
