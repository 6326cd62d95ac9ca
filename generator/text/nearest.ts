import { closest, distance } from 'fastest-levenshtein';

/** The end of a message about an unknown name: `. Did you mean X?`, or nothing if no name is close. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const begun = /\w{3}/.test(typed) ? names.filter((name) => name.startsWith(typed)) : [];
  const name = names.length === 0 ? '' : closest(typed, begun.length > 0 ? begun : names);
  const isClose =
    begun.length > 0 || (name !== '' && distance(typed, name) <= Math.max(2, Math.floor(name.length / 3)));
  return isClose ? `. Did you mean ${name}?` : '';
}
