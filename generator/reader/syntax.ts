/**
 * The one module that knows ts-morph. Everything else uses TypeScript's syntax nodes through `ts`, so another parser with the
 * same nodes could replace it here.
 */
import { ts } from 'ts-morph';

export { ts };

/**
 * The syntax tree of a file. In JavaScript, JSX and type annotations are accepted. JSDoc comments are not parsed, because
 * they cost as much time as the code.
 */
export function parse(path: string, text: string): ts.SourceFile {
  const options = {
    languageVersion: ts.ScriptTarget.Latest,
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  };
  return ts.createSourceFile(path, text, options, false, scriptKind(path));
}

function scriptKind(path: string): ts.ScriptKind {
  if (/\.[cm]?ts$/.test(path)) return ts.ScriptKind.TS;
  if (path.endsWith('.tsx')) return ts.ScriptKind.TSX;
  return ts.ScriptKind.JSX;
}

export interface SyntaxError {
  readonly message: string;
  readonly start: number;
}

/** Octal digits, such as `0777` and `'\\33'`: TypeScript refuses them, but Node runs them outside modules. */
const refusedInModules: ReadonlySet<number> = new Set([1121, 1487, 1488, 1489]);

/** What the parser could not understand, in order. */
export function syntaxErrors(tree: ts.SourceFile, isModule: boolean): readonly SyntaxError[] {
  // The property exists in every tree, but its declaration is internal.
  const { parseDiagnostics } = tree as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] };
  return parseDiagnostics.filter(({ code }) => isModule || !refusedInModules.has(code)).map(syntaxError);
}

/** A diagnostic of TypeScript as text. */
export function syntaxError({ messageText, start = 0 }: ts.Diagnostic): SyntaxError {
  return { message: ts.flattenDiagnosticMessageText(messageText, ' '), start };
}

/** Whether a declaration has a modifier, such as `static`, `export` or `declare`. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
