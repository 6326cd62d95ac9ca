import { formatDialect, postgresql } from 'sql-formatter';
import { fillLines } from '../text/wrap.ts';

/** The maximum length of a line, with its indentation. Only a long name exceeds it. */
const WIDTH = 138;

/** A string, a quoted name, or the text between them. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g;

/** The output of sql-formatter by the shape of the statement: the formatter is slow, and most statements differ only in names. */
const formatted = new Map<string, string>();

/**
 * Formats one statement of a `DO` block: sql-formatter breaks it into lines, and short lines are joined again, because a
 * reviewer reads three lines faster than twenty.
 *
 * @param indent the number of spaces before each line
 * @throws Error if sql-formatter cannot parse the statement, which only a user's template can cause
 */
export function formatSql(statement: string, indent: number): string {
  const tokens: string[] = [];
  const shape = mapTokens(statement.trim(), (token) => {
    tokens.push(token);
    return token.startsWith('"') ? '"a"' : "'a'";
  });
  const broken = formatted.get(shape) ?? breakLines(shape);
  formatted.set(shape, broken);
  const lines = mapTokens(broken, () => tokens.shift() ?? '').split('\n');
  return layOut(parse(lines), indent).join('\n');
}

function breakLines(statement: string): string {
  try {
    return formatDialect(statement, { dialect: postgresql, expressionWidth: Number.MAX_SAFE_INTEGER });
  } catch (error) {
    throw new Error(`this is not SQL: ${String(error).split('\n')[0]}`);
  }
}

const mapTokens = (sql: string, map: (token: string) => string): string =>
  sql.replace(TOKEN, (token) => (/^['"]/.test(token) ? map(token) : token));

/** A line, and the lines indented below it. `) AS x` belongs to the line that opened its parenthesis. */
interface Line {
  readonly parts: { readonly text: string; readonly below: Line[] }[];
}

function parse(lines: readonly string[]): Line[] {
  const top: Line[] = [];
  const open: { readonly depth: number; readonly lines: Line[] }[] = [{ depth: 0, lines: top }];
  for (const line of lines) {
    const text = line.trimStart();
    const depth = line.length - text.length;
    while ((open.at(-1)?.depth ?? 0) > depth) open.pop();
    const siblings = open.at(-1)?.lines ?? top;
    const part = { text, below: [] };
    const before = siblings.at(-1);
    if (text.startsWith(')') && before) before.parts.push(part);
    else siblings.push({ parts: [part] });
    open.push({ depth: depth + 1, lines: part.below });
  }
  return top;
}

const oneLine = (lines: readonly Line[]): string =>
  lines
    .flatMap(({ parts }) =>
      parts.flatMap(({ text, below }) => [text, ...(below.length > 0 ? [oneLine(below)] : [])]),
    )
    .join(' ')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')');

/** Joins lines while they fit, and breaks a line that is too long before the lines below it. */
function layOut(lines: readonly Line[], indent: number): string[] {
  const laidOut: string[] = [];
  let isOpen = false;
  for (const line of lines) {
    const own = layOutLine(line, indent);
    const last = laidOut.at(-1);
    const first = own[0]?.trimStart() ?? '';
    if (isOpen && last !== undefined && last.length + 1 + first.length <= WIDTH) {
      laidOut.push(`${laidOut.pop()} ${first}`, ...own.slice(1));
    } else laidOut.push(...own);
    isOpen = own.length === 1;
  }
  return laidOut;
}

/**
 * Keeps a line together if it fits. Otherwise its beginning is joined with the first line below it.
 *
 * @param taken the width that is already used in the first line
 */
function layOutLine(line: Line, indent: number, taken = indent): string[] {
  const whole = oneLine([line]);
  if (taken + whole.length <= WIDTH) return [' '.repeat(indent) + whole];
  const laidOut: string[] = [];
  for (const { text, below } of line.parts) {
    const last = laidOut.at(-1);
    const fits = last !== undefined && last.length + text.length <= WIDTH;
    const head = fits ? `${laidOut.pop()}${text}` : ' '.repeat(indent) + text;
    const [first, ...rest] = below;
    if (first === undefined || text.endsWith('(')) {
      laidOut.push(head, ...layOut(below, indent + 2));
    } else {
      const [begin = '', ...more] = layOutLine(first, indent, head.length + 1);
      laidOut.push(`${head} ${begin.trimStart()}`, ...more, ...layOut(rest, indent + 2));
    }
  }
  return laidOut;
}

/** Puts words on as few lines as possible. All lines but the first are indented by this many spaces. */
export const fill = (words: readonly string[], indent: number): string =>
  fillLines(words, WIDTH - indent).join(`\n${' '.repeat(indent)}`);
