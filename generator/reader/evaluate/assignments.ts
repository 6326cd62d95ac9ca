import { fail } from '../machine.ts';
import { getMember, type Key, setMember } from '../members.ts';
import { assign, lookUp, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { presentOr, primitive, undefinedValue, type Value } from '../values.ts';
import { evaluate, nameOf, placeOf, readGlobal, withKeys } from './expression.ts';
import { evaluateNamed } from './literals.ts';
import { coalesce, combine, logicalAnd, logicalOr, toNumber } from './operators.ts';
import { assignPattern } from './patterns.ts';

/** `target = value`, `target += value`, `target ??= value` and their like. */
export function evaluateAssignment(node: ts.BinaryExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const operator = node.operatorToken.kind;
  if (operator === ts.SyntaxKind.EqualsToken) {
    if (ts.isObjectLiteralExpression(node.left) || ts.isArrayLiteralExpression(node.left)) {
      const value = evaluate(node.right, scope);
      assignPattern(scope, node.left, value);
      return value;
    }
    const name = ts.isIdentifier(node.left) ? node.left.text : '';
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
        return combine(machine, compound.get(operator) ?? operator, former(), right(), placeOf(node, scope));
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
  [ts.SyntaxKind.CaretEqualsToken, ts.SyntaxKind.CaretToken],
  [ts.SyntaxKind.AsteriskAsteriskEqualsToken, ts.SyntaxKind.AsteriskAsteriskToken],
  [ts.SyntaxKind.LessThanLessThanEqualsToken, ts.SyntaxKind.LessThanLessThanToken],
  [ts.SyntaxKind.GreaterThanGreaterThanEqualsToken, ts.SyntaxKind.GreaterThanGreaterThanToken],
]);

/** `++` and `--`, before or after. */
export function evaluateStep(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  scope: Scope,
): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  let before: Value = undefinedValue;
  const operator =
    node.operator === ts.SyntaxKind.PlusPlusToken ? ts.SyntaxKind.PlusToken : ts.SyntaxKind.MinusToken;
  const after = update(node.operand, scope, (former) => {
    before = former();
    const one = before.kind === 'primitive' && typeof before.value === 'bigint' ? 1n : 1;
    before = toNumber(machine, before, place);
    return combine(machine, operator, before, primitive(one), place);
  });
  return ts.isPrefixUnaryExpression(node) ? after : before;
}

/** Gives a target a value made from its former one, evaluating the target's parts once. */
export function update(target: ts.Expression, scope: Scope, change: (former: () => Value) => Value): Value {
  const { machine } = scope.frame;
  if (ts.isIdentifier(target)) {
    const binding = lookUp(scope, target.text);
    const place = placeOf(target, scope);
    const value = change(() =>
      binding === null ? readGlobal(machine, target.text, place) : presentOr(read(binding)),
    );
    // An undeclared name becomes a global variable, as it does outside strict mode.
    if (binding === null) setMember(machine, machine.globalObject, target.text, value, place);
    else if (binding.isFixed === true) fail(machine, 'a constant is given another value', place);
    else assign(machine, binding, value);
    return value;
  }
  if (ts.isPropertyAccessExpression(target) || ts.isElementAccessExpression(target)) {
    const place = placeOf(partOf(target), scope);
    const object = evaluate(target.expression, scope);
    const set = (key: Key): Value => {
      let former: Value | null = null;
      const value = change(() => {
        former = getMember(machine, object, key, place);
        return former;
      });
      // `??=` and its like set nothing where they keep what is there.
      if (value !== former) setMember(machine, object, key, value, place);
      return value;
    };
    if (ts.isPropertyAccessExpression(target)) return set(nameOf(target.name, scope));
    return withKeys(evaluate(target.argumentExpression, scope), place, set, scope);
  }
  if (ts.isParenthesizedExpression(target) || ts.isAsExpression(target) || ts.isNonNullExpression(target)) {
    return update(target.expression, scope, change);
  }
  return change(() => undefinedValue);
}

function partOf(target: ts.PropertyAccessExpression | ts.ElementAccessExpression): ts.Node {
  return ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression;
}
