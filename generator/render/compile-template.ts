import Handlebars from 'handlebars';

/** The same template is asked for by each stage that renders something. */
const known = new Map<string, object>();

/**
 * Compiles a template to what Handlebars needs of it to run, which is plain JavaScript. Loads the compiler: what is bundled has
 * done this for the program's own templates when it was built.
 */
export function compileTemplate(text: string): object {
  const found = known.get(text);
  if (found) return found;
  const source = Handlebars.precompile(text, { noEscape: true, strict: true });
  const specification = new Function(`return ${source}`)() as object;
  known.set(text, specification);
  return specification;
}
