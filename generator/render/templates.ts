import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Handlebars from 'handlebars';

const TEMPLATES = fileURLToPath(new URL('../../templates/', import.meta.url));
const EXTENSION = '.hbs';

/** What a template sees: plain data. */
export type TemplateData = Readonly<Record<string, unknown>>;

export type Renderer = (template: string, data: TemplateData) => string;

/**
 * Prepares the templates of a folder of templates/: each is called by its path without its ending, as
 * `postgres/migrate`, and can use every other one as a partial. A template that asks for a value it is
 * not given is an error.
 */
export function makeRenderer(folder: string, helpers: Handlebars.HelperDeclareSpec): Renderer {
  const handlebars = Handlebars.create();
  handlebars.registerHelper(generalHelpers);
  handlebars.registerHelper(helpers);
  for (const path of readdirSync(`${TEMPLATES}${folder}`, { recursive: true, encoding: 'utf8' })) {
    if (!path.endsWith(EXTENSION)) continue;
    const name = `${folder}/${path.replaceAll('\\', '/')}`.replace(/\.(sql|js|md)\.hbs$/, '');
    const text = readFileSync(`${TEMPLATES}${folder}/${path}`, 'utf8').replaceAll('\r\n', '\n');
    handlebars.registerPartial(name, handlebars.compile(text, { noEscape: true, strict: true }));
  }
  return (template, data) => {
    const render = handlebars.partials[template] as Handlebars.TemplateDelegate | undefined;
    if (!render) throw new Error(`There is no template ${template}`);
    return render(data);
  };
}

/** Handlebars passes its options as the last argument of a helper. */
const withoutOptions = (values: unknown[]): unknown[] => values.slice(0, -1);

const generalHelpers: Handlebars.HelperDeclareSpec = {
  array: (...values: unknown[]) => withoutOptions(values),
  equal: (a: unknown, b: unknown) => a === b,
  concat: (...values: unknown[]) => withoutOptions(values).join(''),
};
