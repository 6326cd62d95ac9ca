import { ts } from '../reader/syntax.ts';
import type { Position } from './code-frame.ts';

/** The position of a value in a JSON text, or of its name. `path` leads to it; the last part of it that exists counts. */
export function placeInJson(text: string, path: readonly PropertyKey[], isName: boolean): Position {
  const tree = ts.parseJsonText('', text);
  let value: ts.Node = tree.statements[0]?.expression ?? tree;
  let name = value;
  for (const key of path) {
    if (ts.isArrayLiteralExpression(value)) {
      name = value = value.elements[Number(key)] ?? value;
    } else if (ts.isObjectLiteralExpression(value)) {
      const properties = value.properties.filter(ts.isPropertyAssignment);
      // The last of several properties with one name counts.
      const property = properties.findLast((each) => ts.isStringLiteral(each.name) && each.name.text === key);
      name = property?.name ?? name;
      value = property?.initializer ?? value;
    }
  }
  const { line, character } = tree.getLineAndCharacterOfPosition((isName ? name : value).getStart(tree));
  return { line: line + 1, column: character + 1 };
}
