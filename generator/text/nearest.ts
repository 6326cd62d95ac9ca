import { closest, distance } from 'fastest-levenshtein';

/** The end of a message on a name that does not exist: `. Did you mean X?`, where a name is close to what was typed. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const begun = /\w{3}/.test(typed) ? names.filter((name) => name.startsWith(typed)) : [];
  const name = names.length === 0 ? '' : closest(typed, begun.length > 0 ? begun : names);
  const isClose =
    begun.length > 0 || (name !== '' && distance(typed, name) <= Math.max(2, Math.floor(name.length / 3)));
  return isClose ? `. Did you mean ${name}?` : '';
}
