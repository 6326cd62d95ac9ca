import Handlebars from 'handlebars';

/** Several stages compile the same template. */
const compiled = new Map<string, object>();

/**
 * Compiles a template to the plain JavaScript object that the Handlebars runtime takes. This loads the compiler. The bundle
 * does not need it for the built-in templates, because the build has compiled them.
 */
export function compileTemplate(text: string): object {
  const found = compiled.get(text);
  if (found) return found;
  const source = Handlebars.precompile(text, { noEscape: true, strict: true });
  const specification = new Function(`return ${source}`)() as object;
  compiled.set(text, specification);
  return specification;
}
