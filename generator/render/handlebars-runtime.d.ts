/** Handlebars without its compiler: it runs what was compiled before. */
declare module 'handlebars/runtime.js' {
  import Handlebars from 'handlebars';

  const runtime: Omit<typeof Handlebars, 'compile' | 'precompile' | 'parse'>;
  export default runtime;
}
