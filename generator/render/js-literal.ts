/** A value as a person would write it in JavaScript, on one line: `{ $set: { 'it\'s': [] } }`. */
export function jsLiteral(value: unknown): string {
  if (typeof value === 'string') return quoteJs(value);
  if (Array.isArray(value)) return `[${value.map(jsLiteral).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, inner]) => `${keyOf(key)}: ${jsLiteral(inner)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** Without the brackets, `__proto__` would set the prototype. */
const keyOf = (key: string): string => {
  if (key === '__proto__') return `[${quoteJs(key)}]`;
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quoteJs(key);
};

const quoteJs = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
