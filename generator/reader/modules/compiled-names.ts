/**
 * The names in a folder, as the file that asks for them expects them. TypeScript that looks for `.js` files expects what is
 * compiled from the sources that are here. An import finds the source by that name.
 */
export function namesAskedFor(
  names: readonly string[],
  { name, text }: { readonly name: string; readonly text: string },
): readonly string[] {
  if (!/\.tsx?$/.test(name) || !/\.js\b/.test(text) || /\.tsx?\b/.test(text)) return names;
  return names.map((each) => (each.endsWith('.d.ts') ? each : each.replace(/\.tsx?$/, '.js')));
}
