/** The tokens that decide where a statement ends: quotes, comments, words, parentheses and the semicolon. */
const TOKEN =
  /'|"|\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$|--|\/\*|[A-Za-z_\x80-\xff][A-Za-z0-9_$\x80-\xff]*|[0-9.]+|[;()\\]/g;

/** The next part of an SQL text. */
export interface Found {
  readonly kind: 'statement' | 'psql command' | 'nothing';
  /** After blanks and comments. */
  readonly start: number;
  /** After the semicolon, or after the line break that ends a psql command. */
  readonly end: number;
}

/**
 * Finds the end of the statement that begins at `from`, by the rules of psql: a semicolon does not count in quotes of any kind,
 * nested comments, parentheses, and bodies in standard SQL (`BEGIN ATOMIC … END`). The text can have one character for each byte.
 * Null if the text ends before the statement does, and there is more to read.
 */
export function findStatement(
  text: string,
  from: number,
  { isLast, hasStandardStrings }: { isLast: boolean; hasStandardStrings: boolean },
): Found | null {
  const token = new RegExp(TOKEN);
  token.lastIndex = from;
  let start: number | null = null;
  let parentheses = 0;
  let blocks = 0;
  const words: string[] = [];

  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const [found] = match;
    let end: number;
    if (found === '--') end = text.indexOf('\n', match.index);
    else if (found === '/*') end = endOfComment(text, match.index);
    else {
      start ??= match.index;
      end = token.lastIndex;
      if (found === "'") end = endOfString(text, match.index, hasStandardStrings);
      else if (found === '"') end = endOfQuotes(text, match.index, '"');
      else if (found.startsWith('$')) end = endOfQuotes(text, match.index, found);
      else if (found === '(') parentheses += 1;
      else if (found === ')') parentheses -= 1;
      else if (found === '\\' && start === match.index) {
        const line = text.indexOf('\n', start);
        if (line < 0 && !isLast) return null;
        return { kind: 'psql command', start, end: line < 0 ? text.length : line + 1 };
      } else if (found === ';' && parentheses <= 0 && blocks === 0) {
        return { kind: 'statement', start, end };
      } else if (/^[A-Za-z]/.test(found)) {
        const word = found.toUpperCase();
        if (words.length < 4) words.push(word);
        if (parentheses === 0 && isRoutine(words)) blocks += blockOf(word, blocks);
      }
    }
    if (end < 0) break;
    token.lastIndex = end;
  }
  if (!isLast) return null;
  return start === null
    ? { kind: 'nothing', start: text.length, end: text.length }
    : { kind: 'statement', start, end: text.length };
}

const isRoutine = ([first, ...rest]: readonly string[]): boolean =>
  first === 'CREATE' && /^(OR REPLACE )?(FUNCTION|PROCEDURE)\b/.test(rest.join(' '));

/** A CASE counts only in a body, because its END is not the END of the body. */
function blockOf(word: string, blocks: number): number {
  if (word === 'BEGIN' || (word === 'CASE' && blocks > 0)) return 1;
  return word === 'END' && blocks > 0 ? -1 : 0;
}

function endOfComment(text: string, from: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = from;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return -1;
}

/** In E'…', and in '…' of a database without standard strings, a backslash escapes the next character. */
function endOfString(text: string, from: number, hasStandardStrings: boolean): number {
  const isEscaping =
    !hasStandardStrings || /(?:^|[^A-Za-z0-9_$\x80-\xff])[eE]$/.test(text.slice(Math.max(0, from - 2), from));
  if (!isEscaping) return endOfQuotes(text, from, "'");
  const mark = /\\[\s\S]|''|'/g;
  mark.lastIndex = from + 1;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    if (match[0] === "'") return mark.lastIndex;
  }
  return -1;
}

/** Takes a doubled quote for the end of one string and the beginning of the next, which leads to the same end. */
function endOfQuotes(text: string, from: number, quotes: string): number {
  const end = text.indexOf(quotes, from + quotes.length);
  return end < 0 ? -1 : end + quotes.length;
}
