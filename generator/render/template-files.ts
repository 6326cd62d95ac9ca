import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInSpecification } from './built-in-specification.ts';
import { packageFile } from './package-file.ts';

const BUILT_IN = packageFile('templates/');

/** A built-in template, or the user's override of it. */
export interface Template {
  readonly text: string;
  /** The compiled template, for the Handlebars runtime. Throws if the text cannot be parsed. */
  readonly specification: () => object;
  /** The user's file, as messages name it; null for a built-in template. */
  readonly overriddenBy: string | null;
}

/** Templates by path: `postgres/migrate.sql.hbs`. */
export type Templates = ReadonlyMap<string, Template>;

/** The templates that come with the program. Their files are read on first use. */
export const builtInTemplates = (): Templates =>
  new Map(
    filesBelow(BUILT_IN)
      .filter((path) => path.endsWith('.hbs'))
      .map((path) => [path, builtInTemplate(path)]),
  );

const builtInTemplate = (path: string): Template => ({
  get text() {
    return readText(join(BUILT_IN, path));
  },
  specification() {
    return builtInSpecification(path, () => this.text);
  },
  overriddenBy: null,
});

/** The overridden templates, each with the user's file. */
export const overridesIn = (templates: Templates): { readonly path: string; readonly file: string }[] =>
  [...templates].flatMap(([path, { overriddenBy }]) =>
    overriddenBy === null ? [] : [{ path, file: overriddenBy }],
  );

/** The name that templates call each other by: `postgres/migrate`. */
export const templateName = (path: string): string => path.replace(/\.\w+\.hbs$/, '');

/** The files below a folder, with forward slashes, sorted. Leaves out hidden files. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort();

/** The text of a file, with the line endings of the built-in templates. */
export const readText = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
