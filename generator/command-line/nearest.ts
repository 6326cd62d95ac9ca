import { closest, distance } from 'fastest-levenshtein';

/** The end of a message on a name that does not exist: `. Did you mean X?`, where a name is close to what was typed. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const name = names.length === 0 ? '' : closest(typed, names);
  const isClose = name !== '' && distance(typed, name) <= Math.max(2, Math.floor(name.length / 3));
  return isClose ? `. Did you mean ${name}?` : '';
}
