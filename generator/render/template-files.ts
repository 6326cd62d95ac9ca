import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInSpecification } from './built-in-specification.ts';
import { packageFile } from './package-file.ts';

const BUILT_IN = packageFile('templates/');

/** The text of a template: the program's own, or what the user puts in its place. */
export interface Template {
  readonly text: string;
  /** What Handlebars has compiled of it, without its compiler. Throws where it cannot be parsed. */
  readonly specification: () => object;
  /** The file of the user that the text is from, as messages name it; null for the program's own. */
  readonly overriddenBy: string | null;
}

/** Templates by their path below the folder of templates: `postgres/migrate.sql.hbs`. */
export type Templates = ReadonlyMap<string, Template>;

/** The templates that come with the program. Their texts are read when somebody asks for them. */
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

/** The templates that the user has overridden: their paths, and the files that are used in their place. */
export const overridesIn = (templates: Templates): { readonly path: string; readonly file: string }[] =>
  [...templates].flatMap(([path, { overriddenBy }]) =>
    overriddenBy === null ? [] : [{ path, file: overriddenBy }],
  );

/** The path without what it is a template of: templates call each other, and are called, as `postgres/migrate`. */
export const templateName = (path: string): string => path.replace(/\.\w+\.hbs$/, '');

/** The files below a folder, with forward slashes, in one order everywhere. Hidden ones are left out. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replaceAll('\\', '/'))
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort();

/** The text of a file, with the line ends of the program's own templates. */
export const readText = (file: string): string => readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
