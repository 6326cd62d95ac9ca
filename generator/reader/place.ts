import path from 'node:path';
import type { Source } from '../diagnostics.ts';
import type { ts } from './syntax.ts';

/** A file that was read, with its text for positions and code frames. */
export interface SourceText {
  /** Absolute, as the file system has it. */
  readonly path: string;
  /** As the user sees it: relative to the working directory, with forward slashes. */
  readonly name: string;
  readonly text: string;
  /** Null for JSON files, and for files that could not be read. */
  readonly tree: ts.SourceFile | null;
}

/** Where a value is written. `sourceOf` counts the lines and columns. */
export interface Place {
  readonly file: SourceText;
  /** A node, an offset, or null for the file as a whole. */
  readonly at: ts.Node | number | null;
}

/** The absolute path of a file as the user sees it. */
export function displayName(cwd: string, file: string): string {
  const relative = path.relative(cwd, file);
  return (relative === '' ? '.' : relative).replaceAll('\\', '/');
}

/** A place as users see it: file, line and column. */
export function sourceOf({ file, at }: Place): Source {
  const offset = at === null ? 0 : typeof at === 'number' ? at : at.getStart(file.tree ?? undefined);
  if (file.tree === null) return { file: file.name, ...lineAndColumn(file.text, offset) };
  const { line, character } = file.tree.getLineAndCharacterOfPosition(offset);
  return { file: file.name, line: line + 1, column: character + 1 };
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
