import { compileTemplate } from './compile-template.ts';

/**
 * What Handlebars has compiled of a template of the program's own. The bundle has these ready in the place of this module
 * (`esbuild.config.js`): compiling took a fifth of the time of a short `generate`.
 */
export const builtInSpecification = (_path: string, text: () => string): object => compileTemplate(text());
