/** 14 digits to the second, 17 to the millisecond. */
const TIMESTAMP = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})?$/;

/**
 * The number after the highest one in these names. It has as many digits, so that it is also the last one when sorted as text.
 * The number after a time is a time: 20240101000000 follows 20231231235959.
 *
 * @param first the number if the names have none
 */
export function nextNumber(names: readonly string[], first: string, pattern?: RegExp): string {
  const last = highest(names, pattern);
  if (last === null) return first;
  return nextTimestamp(last) ?? String(BigInt(last) + 1n).padStart(last.length, '0');
}

/** The highest number in these names, with its leading zeros. */
export function highest(names: readonly string[], pattern = /^(\d+)/): string | null {
  const numbers = names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return numbers.reduce<string | null>(
    (last, number) => (last !== null && BigInt(number) <= BigInt(last) ? last : number),
    null,
  );
}

/** One second or millisecond later; null if the number is not a time. */
function nextTimestamp(number: string): string | null {
  const parts = TIMESTAMP.exec(number)?.slice(1);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, millisecond = 0] = parts
    .filter((part) => part !== undefined)
    .map(Number);
  const time = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  const digitsOf = (moment: number) =>
    new Date(moment).toISOString().replaceAll(/\D/g, '').slice(0, number.length);
  // Date would turn 20231399000000, which is not a time, into another number.
  if (digitsOf(time) !== number) return null;
  return digitsOf(time + (number.length === 17 ? 1 : 1000));
}
