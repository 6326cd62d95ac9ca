import { compileTemplate } from './compile-template.ts';

/**
 * The compiled form of a built-in template. In the bundle, precompiled templates replace this module (`esbuild.config.js`):
 * compiling took a fifth of the time of a short `generate`.
 */
export const builtInSpecification = (_path: string, text: () => string): object => compileTemplate(text());
