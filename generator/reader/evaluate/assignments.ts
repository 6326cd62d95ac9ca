import { getMember, type Key, setMember } from '../members.ts';
import { assign, lookUp, read, type Scope, setGlobal } from '../scope.ts';
import { ts } from '../syntax.ts';
import { primitive, undefinedValue, type Value } from '../values.ts';
import { evaluate, placeOf, withKeys } from './expression.ts';
import { evaluateNamed } from './literals.ts';
import { coalesce, combine, logicalAnd, logicalOr } from './operators.ts';
import { assignPattern } from './patterns.ts';

/** `target = value`, `target += value`, `target ??= value` and their like. */
export function evaluateAssignment(node: ts.BinaryExpression, scope: Scope): Value {
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) {
    if (ts.isObjectLiteralExpression(node.left) || ts.isArrayLiteralExpression(node.left)) {
      const value = evaluate(node.right, scope);
      assignPattern(scope, node.left, value);
      return value;
    }
    const name = ts.isIdentifier(node.left)
      ? node.left.text
      : ts.isPropertyAccessExpression(node.left)
        ? node.left.name.text
        : '';
    return update(node.left, scope, () => evaluateNamed(node.right, scope, name));
  }
  const right = () => evaluate(node.right, scope);
  return update(node.left, scope, (former) => {
    switch (operator) {
      case ts.SyntaxKind.AmpersandAmpersandEqualsToken:
        return logicalAnd(former(), right, scope);
      case ts.SyntaxKind.BarBarEqualsToken:
        return logicalOr(former(), right, scope);
      case ts.SyntaxKind.QuestionQuestionEqualsToken:
        return coalesce(former(), right, scope);
      default:
        return combine(compound.get(operator) ?? operator, former(), right(), placeOf(node, scope));
    }
  });
}

const compound: ReadonlyMap<ts.SyntaxKind, ts.SyntaxKind> = new Map([
  [ts.SyntaxKind.PlusEqualsToken, ts.SyntaxKind.PlusToken],
  [ts.SyntaxKind.MinusEqualsToken, ts.SyntaxKind.MinusToken],
  [ts.SyntaxKind.AsteriskEqualsToken, ts.SyntaxKind.AsteriskToken],
  [ts.SyntaxKind.SlashEqualsToken, ts.SyntaxKind.SlashToken],
  [ts.SyntaxKind.PercentEqualsToken, ts.SyntaxKind.PercentToken],
  [ts.SyntaxKind.BarEqualsToken, ts.SyntaxKind.BarToken],
  [ts.SyntaxKind.AmpersandEqualsToken, ts.SyntaxKind.AmpersandToken],
]);

/** `++` and `--`, before or after. */
export function evaluateStep(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  scope: Scope,
): Value {
  let before: Value = undefinedValue;
  const operator =
    node.operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
  const after = update(node.operand, scope, (former) => {
    before = former();
    return combine(operator, before, primitive(1), placeOf(node, scope));
  });
  return ts.isPrefixUnaryExpression(node) ? after : before;
}

/** Gives a target a value made from its former one, evaluating the target's parts once. */
export function update(target: ts.Expression, scope: Scope, change: (former: () => Value) => Value): Value {
  const { machine } = scope.frame;
  if (ts.isIdentifier(target)) {
    const binding = lookUp(scope, target.text);
    const value = change(() => (binding === null ? undefinedValue : read(binding)));
    // An undeclared name becomes a global variable, as it does outside strict mode.
    if (binding === null) setGlobal(machine, target.text, value, placeOf(target, scope));
    else assign(machine, binding, value);
    return value;
  }
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const place = placeOf(nameOf(target), scope);
    const object = evaluate(target.expression, scope);
    const set = (key: Key): Value => {
      const value = change(() => getMember(machine, object, key, place));
      setMember(machine, object, key, value, place);
      return value;
    };
    if (ts.isPropertyAccessExpression(target)) return set(target.name.text);
    return withKeys(evaluate(target.argumentExpression, scope), place, set, scope);
  }
  if (ts.isParenthesizedExpression(target) || ts.isAsExpression(target) || ts.isNonNullExpression(target)) {
    return update(target.expression, scope, change);
  }
  return change(() => undefinedValue);
}

function nameOf(target: ts.PropertyAccessExpression | ts.ElementAccessExpression): ts.Node {
  return ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression;
}
