import path from 'node:path';
import { ts } from '../syntax.ts';
import { foldersUp, isFile } from './files.ts';

/** The compiler options of the nearest tsconfig.json or jsconfig.json. */
export function compilerOptions(folder: string): ts.CompilerOptions {
  const configs = foldersUp(folder).flatMap((at) => [
    path.join(at, 'tsconfig.json'),
    path.join(at, 'jsconfig.json'),
  ]);
  const file = configs.find(isFile);
  if (file === undefined) return {};
  // It takes long to look for the files of the project.
  const host = { ...ts.sys, readDirectory: () => [] };
  const { config = {} } = ts.readConfigFile(file, host.readFile);
  return ts.parseJsonConfigFileContent(config, host, path.dirname(file), undefined, file).options;
}

/** The file that `paths` and `baseUrl` of a tsconfig, or `imports` of a package.json, give for a name. */
export function findAliased(specifier: string, from: string, options: ts.CompilerOptions): string | null {
  const mayAlias = specifier.startsWith('#') || options.paths !== undefined || options.baseUrl !== undefined;
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
  const file = resolvedModule?.resolvedFileName;
  const isRead = file !== undefined && !resolvedModule?.isExternalLibraryImport && !file.endsWith('.d.ts');
  return isRead ? file : null;
}
