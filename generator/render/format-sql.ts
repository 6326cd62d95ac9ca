import { formatDialect, postgresql } from 'sql-formatter';
import { fillLines } from '../text/wrap.ts';

/** Lines are no longer than this, indentation included, where names allow it. */
const WIDTH = 138;

/** Texts, quoted names, and what is between them. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g;

/** Statements as sql-formatter has them, by their shape: most differ in names only, and the formatter is slow. */
const known = new Map<string, string>();

/**
 * Formats one statement of PostgreSQL's SQL for a block: sql-formatter breaks it into lines, and those that fit into one
 * are joined again, since a reviewer reads a statement faster in three lines than in twenty.
 *
 * @param indent how many blanks stand before each line
 * @throws Error where sql-formatter cannot read it, which only a template of the user's can bring about
 */
export function formatSql(statement: string, indent: number): string {
  const tokens: string[] = [];
  const shape = mapTokens(statement.trim(), (token) => {
    tokens.push(token);
    return token.startsWith('"') ? '"a"' : "'a'";
  });
  const broken = known.get(shape) ?? breakLines(shape);
  known.set(shape, broken);
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

/** A line, and what is indented below it; `) AS x` goes on with the line that its parenthesis was opened in. */
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

/** What fits stays on one line; otherwise lines are filled, and one that is too long is broken where it has a part below. */
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
 * One line, if it fits. Otherwise its beginning goes on with the first part below it, and with what closes it.
 *
 * @param taken how much of the first line is taken
 */
function layOutLine(line: Line, indent: number, taken = indent): string[] {
  const whole = oneLine([line]);
  if (taken + whole.length <= WIDTH) return [' '.repeat(indent) + whole];
  const laidOut: string[] = [];
  for (const { text, below } of line.parts) {
    const last = laidOut.at(-1);
    const goesOn = last !== undefined && last.length + text.length <= WIDTH;
    const head = goesOn ? `${laidOut.pop()}${text}` : ' '.repeat(indent) + text;
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

/** Words of a statement, on as few lines as they need; the lines after the first are indented by so many blanks. */
export const fill = (words: readonly string[], indent: number): string =>
  fillLines(words, WIDTH - indent).join(`\n${' '.repeat(indent)}`);
