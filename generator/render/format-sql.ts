import { formatDialect, postgresql } from 'sql-formatter';

/** Strings, quoted names, comments and dollar-quoted bodies: a semicolon in one of them ends nothing. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--.*|(\$\w*\$)[\s\S]*?\1|;|[^'"$;-]+|[\s\S]/g;

/** A statement, and the lines of comment before it. */
const COMMENT_AND_STATEMENT = /^((?:--.*\n\s*)*)([\s\S]*)$/;

/**
 * Formats PostgreSQL's SQL. Comments before a statement and DO blocks stay as the templates have them. Each statement is
 * formatted by itself: the formatter's parser keeps all that it has seen, and slows down with it.
 */
export function formatSql(sql: string): string {
  const known = new Map<string, string>();
  const formatted = statements(sql).map((text) => {
    const [, comment = '', statement = ''] = COMMENT_AND_STATEMENT.exec(text) ?? [];
    return (
      comment.replace(/\n\s*$/, '\n') + (/^DO\s/.test(statement) ? statement : formatAs(statement, known))
    );
  });
  return `${formatted.join('\n\n')}\n`;
}

function statements(sql: string): string[] {
  const found: string[] = [];
  let statement = '';
  for (const [token] of sql.matchAll(TOKEN)) {
    statement += token;
    if (token !== ';') continue;
    found.push(statement.trim());
    statement = '';
  }
  const rest = statement.trim();
  return rest === '' ? found : [...found, rest];
}

/**
 * Formats a statement as one before that differs from it in names only: most do, and the formatter is slow. Not where there
 * are parentheses, since whether these are broken into lines depends on how long the names in them are.
 */
function formatAs(statement: string, known: Map<string, string>): string {
  if (statement.includes('(')) return formatStatement(statement);
  const names: string[] = [];
  const shape = mapNames(statement, (name) => {
    names.push(name);
    return '""';
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
