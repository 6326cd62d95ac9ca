/**
 * The names in a folder as the code that asks for them means them. Where TypeScript looks for `.js` files, it means those
 * that are made from it, and runs beside them. What is there to read are the sources; importing them under the other name
 * finds them.
 *
 * @param asking the file that asks, and its text
 */
export function namesAskedFor(
  names: readonly string[],
  asking: { readonly name: string; readonly text: string },
): readonly string[] {
  const { name, text } = asking;
  if (!/\.tsx?$/.test(name) || !/\.js\b/.test(text) || /\.tsx?\b/.test(text)) return names;
  return names.map((each) => (each.endsWith('.d.ts') ? each : each.replace(/\.tsx?$/, '.js')));
}
