import path from 'node:path';
import { namesAskedFor } from '../modules/compiled-names.ts';
import { isDirectory, namesIn, readText } from '../modules/files.ts';
import type { Resolution, Resolver } from '../modules/resolve.ts';
import { ts } from '../syntax.ts';
import type { Answers, Question } from './guest/request.ts';
import type { ProjectFolder } from './project-folder.ts';

/** Answers what an engine asks for: a question as JSON, the answer as JSON. */
export function answering(resolver: Resolver, folder: ProjectFolder): (json: string) => string {
  const answer = (question: Question): Answers[Question['ask']] => {
    if (question.ask === 'resolve') return resolve(resolver, folder, question.specifier, question.from);
    const file = folder.readable(question.path);
    if (file === null) return null;
    switch (question.ask) {
      case 'kind':
        return isDirectory(file) ? 'folder' : 'file';
      case 'names':
        return isDirectory(file) ? namesOf(file, question.by) : null;
      case 'text':
        return readText(file);
      case 'compiled':
        return compiled(file);
    }
  };
  return (json) => JSON.stringify(answer(JSON.parse(json)));
}

/** What an import means. A path may lead nowhere outside of the project; a package that it links is part of it. */
function resolve(resolver: Resolver, folder: ProjectFolder, specifier: string, from: string): Resolution {
  const resolution = resolver.resolve(specifier, from);
  if (resolution.kind !== 'file') return resolution;
  const isPath = specifier.startsWith('.') || path.isAbsolute(specifier);
  if (!isPath) folder.addPackageOf(resolution.path);
  return folder.readable(resolution.path) === null ? { kind: 'missing' } : resolution;
}

function namesOf(folder: string, by: string | null): Answers['names'] {
  const asking = { name: by ?? '', text: (by === null ? null : readText(by)) ?? '' };
  const names = namesIn(folder) ?? [];
  const shown = namesAskedFor(names, asking);
  return names.map((name, index) => ({
    name: shown[index] ?? name,
    isFolder: isDirectory(path.join(folder, name)),
  }));
}

function compiled(file: string): string | null {
  const text = readText(file);
  if (text === null) return null;
  return ts.transpileModule(text, {
    // By other names it would stay the module that it is.
    fileName: file.replace(/\.[cm]([jt]s)$/, '.$1'),
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
