import type * as Sucrase from 'sucrase';
import { ts } from '../syntax.ts';
import { loadFile } from './beside.ts';

/** Defined by the bundle. */
declare const SUCRASE: string;

/** The parameters of the function that a module becomes. */
const parameters = 'exports, require, module, __filename, __dirname, $meta';

/**
 * The texts of functions that a file can be run as, until the engine understands one: as it is written, then as sucrase
 * compiles it, which is fast and keeps the lines, then as TypeScript does, which knows decorators and namespaces.
 */
export function* functionsOf(path: string, text: string): Generator<string> {
  if (/\.c?js$/.test(path) && !/\b(import|export)\b/.test(text)) yield functionOf(text);
  const fast = withSucrase(path, text);
  if (fast !== null) yield functionOf(fast);
  const thorough = withTypeScript(path, text);
  yield functionOf(thorough);
  // A module may use await outside functions.
  yield functionOf(thorough, 'async ');
}

/** A function that begins on the first line, so that all lines keep their numbers. */
function functionOf(code: string, kind = ''): string {
  const text = code.replace(/^#!.*/, '').replaceAll(/\bimport\s*\.\s*meta\b/g, '$meta');
  return `(${kind}function (${parameters}) {${text}\n})`;
}

function withSucrase(path: string, text: string): string | null {
  const { transform } = loadFile(SUCRASE) as typeof Sucrase;
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const mayHaveJsx = !/\.[cm]?ts$/.test(path);
  try {
    return transform(text, {
      transforms: [
        'imports',
        ...(isTypeScript ? ['typescript' as const] : []),
        ...(mayHaveJsx ? ['jsx' as const] : []),
      ],
      disableESTransforms: true,
      jsxRuntime: 'classic',
      production: true,
    }).code;
  } catch {
    return null;
  }
}

function withTypeScript(path: string, text: string): string {
  return ts.transpileModule(text, {
    // TypeScript leaves .mjs and .mts as ES modules.
    fileName: path.replace(/\.[cm]([jt]s)$/, '.$1'),
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.React,
      allowJs: true,
      esModuleInterop: true,
      experimentalDecorators: true,
      useDefineForClassFields: false,
    },
  }).outputText;
}
