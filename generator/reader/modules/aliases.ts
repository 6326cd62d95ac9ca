import path from 'node:path';
import { ts } from '../syntax.ts';
import { isFile, readText } from './files.ts';

/**
 * Finds the files that a tsconfig's `paths` and `baseUrl`, or the `imports` of a package.json, mean by a
 * name that is no path. TypeScript itself does the resolving; what it finds in node_modules does not count.
 */
export function aliasResolver(): (specifier: string, from: string) => string | null {
  const configs = new Map<string, ts.CompilerOptions | null>();
  return (specifier, from) => {
    const folder = path.dirname(from);
    let options = configs.get(folder);
    if (options === undefined) {
      options = optionsFor(folder);
      configs.set(folder, options);
    }
    const mayAlias =
      specifier.startsWith('#') || options?.paths !== undefined || options?.baseUrl !== undefined;
    if (!mayAlias) return null;
    const { resolvedModule } = ts.resolveModuleName(
      specifier,
      from,
      {
        ...options,
        allowJs: true,
        resolveJsonModule: true,
        module: ts.ModuleKind.ESNext,
        moduleResolution: ts.ModuleResolutionKind.Bundler,
      },
      ts.sys,
    );
    if (resolvedModule === undefined || resolvedModule.isExternalLibraryImport === true) return null;
    return resolvedModule.resolvedFileName.endsWith('.d.ts') ? null : resolvedModule.resolvedFileName;
  };
}

/** The compiler options of the nearest tsconfig.json or jsconfig.json. */
function optionsFor(folder: string): ts.CompilerOptions | null {
  for (let at = folder; ; at = path.dirname(at)) {
    const config = ['tsconfig.json', 'jsconfig.json'].map((name) => path.join(at, name)).find(isFile);
    if (config !== undefined) return readOptions(config);
    if (at === path.dirname(at)) return null;
  }
}

function readOptions(config: string): ts.CompilerOptions {
  const { config: content } = ts.readConfigFile(config, (file) => readText(file) ?? undefined);
  // Which files the project has does not matter here, and looking for them takes long.
  const host: ts.ParseConfigHost = {
    useCaseSensitiveFileNames: true,
    fileExists: isFile,
    readFile: (file) => readText(file) ?? undefined,
    readDirectory: () => [],
  };
  return ts.parseJsonConfigFileContent(content ?? {}, host, path.dirname(config), undefined, config).options;
}
