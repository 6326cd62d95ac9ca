import { formatDialect, postgresql } from 'sql-formatter';
import { type Found, findStatement } from '../statement-end.ts';

/** Texts, quoted names and comments, one after another. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--.*|[^'"-]+|[\s\S]/g;

/** Statements as they were formatted, by their shape: the scripts of a version have most in common. */
const known = new Map<string, string>();

/**
 * Formats PostgreSQL's SQL. Comments before a statement and DO blocks stay as the templates have them. Each statement is
 * formatted by itself: the formatter's parser keeps all that it has seen, and slows down with it.
 */
export function formatSql(sql: string): string {
  const formatted: string[] = [];
  for (let at = 0; at < sql.length; ) {
    const { kind, start, end } = statementFrom(sql, at);
    const comment = sql.slice(at, start).trim();
    const statement = sql.slice(start, end).trim();
    const shown = kind === 'nothing' || /^DO\s/.test(statement) ? statement : formatAs(statement);
    formatted.push([comment, shown].filter((part) => part !== '').join('\n'));
    at = end;
  }
  return `${formatted.filter((part) => part !== '').join('\n\n')}\n`;
}

function statementFrom(sql: string, at: number): Found {
  const found = findStatement(sql, at, { isLast: true, hasStandardStrings: true });
  if (found === null) throw new Error('a text that is whole has no statement that is not');
  return found;
}

/**
 * Formats a statement as one before that differs from it in names only: most do, and the formatter is slow. Where there are
 * parentheses the names must be as long too, since that decides whether these are broken into lines.
 */
function formatAs(statement: string): string {
  const placeholder = statement.includes('(')
    ? (name: string) => `"${'x'.repeat(name.length - 2)}"`
    : () => '""';
  const names: string[] = [];
  const shape = mapNames(statement, (name) => {
    names.push(name);
    return placeholder(name);
  });
  const formatted = known.get(shape) ?? formatStatement(shape);
  known.set(shape, formatted);
  let index = 0;
  return mapNames(formatted, () => names[index++] ?? '');
}

const mapNames = (sql: string, map: (name: string) => string): string =>
  sql.replace(TOKEN, (token) => (token.startsWith('"') ? map(token) : token));

/** sql-formatter takes SET for a clause of UPDATE, and breaks the line after it. */
const formatStatement = (statement: string): string =>
  formatDialect(statement, { dialect: postgresql }).replace(/^SET\n {2}LOCAL /gm, 'SET LOCAL ');
