/** What may be needed to make JavaScript of a file. */
interface Compilers {
  readonly sucrase: () => typeof import('sucrase');
  /** The file as TypeScript's own compiler makes JavaScript of it. */
  readonly compiled: () => string | null;
}

/** The parameters of the function that a module is run as. */
const parameters = 'exports, require, module, __filename, __dirname, $meta';

/**
 * The texts of functions that a file can be run as, one after the other until the engine understands one: as it is
 * written, as sucrase compiles it, which is fast and keeps the lines, and as TypeScript does, which knows decorators and
 * namespaces.
 */
export function* functionsOf(
  path: string,
  text: string,
  { sucrase, compiled }: Compilers,
): Generator<string> {
  if (!mayNeedCompiling(path, text)) yield functionOf(text);
  const fast = withSucrase(sucrase(), path, text);
  if (fast !== null) yield functionOf(fast);
  const thorough = compiled();
  if (thorough === null) return;
  yield functionOf(thorough);
  // A module may await something at its top.
  yield functionOf(thorough, 'async ');
}

function mayNeedCompiling(path: string, text: string): boolean {
  return !/\.c?js$/.test(path) || /\b(import|export)\b/.test(text);
}

/** A function that begins on the first line, so that the lines stay what they are. */
function functionOf(code: string, kind = ''): string {
  const text = code.replace(/^#!.*/, '').replaceAll(/\bimport\s*\.\s*meta\b/g, '$meta');
  return `(${kind}function (${parameters}) {${text}\n})`;
}

function withSucrase({ transform }: typeof import('sucrase'), path: string, text: string): string | null {
  const isTypeScript = /\.[cm]?tsx?$/.test(path);
  const mayHaveJsx = !/\.[cm]?ts$/.test(path);
  try {
    return transform(text, {
      transforms: [
        'imports',
        ...(isTypeScript ? (['typescript'] as const) : []),
        ...(mayHaveJsx ? (['jsx'] as const) : []),
      ],
      disableESTransforms: true,
      jsxRuntime: 'classic',
      production: true,
    }).code;
  } catch {
    return null;
  }
}
