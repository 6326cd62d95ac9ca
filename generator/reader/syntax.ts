/**
 * The one module that knows ts-morph. Everything else sees TypeScript's syntax nodes through `ts`, so
 * that another parser with the same nodes could take its place here.
 */
import { ts } from 'ts-morph';

export { ts };

/**
 * The syntax tree of a file. JavaScript is read as TypeScript's parser reads it: with JSX, with type
 * annotations tolerated, and without the JSDoc comments, which cost as much as the code.
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

/** Octal digits, as in `0777` and `'\\33'`: TypeScript refuses them, Node runs them where the code is no module. */
const refusedInModules: ReadonlySet<number> = new Set([1121, 1487, 1488, 1489]);

/** What the parser could not make sense of, first things first. */
export function syntaxErrors(tree: ts.SourceFile, isModule: boolean): readonly SyntaxError[] {
  // The parser keeps its findings on the tree; only the property's declaration is internal.
  const { parseDiagnostics } = tree as unknown as { parseDiagnostics: readonly ts.DiagnosticWithLocation[] };
  return parseDiagnostics.filter(({ code }) => isModule || !refusedInModules.has(code)).map(syntaxError);
}

/** A finding of TypeScript's, as it is told. */
export function syntaxError({ messageText, start = 0 }: ts.Diagnostic): SyntaxError {
  return { message: ts.flattenDiagnosticMessageText(messageText, ' '), start };
}

/** The modifiers of a declaration as a set of kinds: `static`, `export`, `declare` and their like. */
export function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some((modifier) => modifier.kind === kind) ?? false;
}
