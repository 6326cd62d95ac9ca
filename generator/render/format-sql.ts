import { formatDialect, postgresql } from 'sql-formatter';

/** Strings, quoted names, comments and dollar-quoted bodies: a semicolon in one of them ends nothing. */
const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--.*|(\$\w*\$)[\s\S]*?\1|;|[^'"$;-]+|[\s\S]/g;

/**
 * Formats PostgreSQL's SQL. DO blocks stay as the templates have them. Each statement is formatted by itself: the
 * formatter's parser keeps all that it has seen, and slows down with it.
 */
export const formatSql = (sql: string): string => `${statements(sql).map(formatStatement).join('\n\n')}\n`;

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

/** sql-formatter takes SET for a clause of UPDATE, and breaks the line after it. */
const formatStatement = (statement: string): string =>
  /^(?:--.*\n)*\s*DO /.test(statement)
    ? statement
    : formatDialect(statement, { dialect: postgresql }).replace(/^SET\n {2}LOCAL /gm, 'SET LOCAL ');
