import { fail } from '../machine.ts';
import { getMember, setMember } from '../members.ts';
import { assign, lookUp, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { presentOr, primitive, undefinedValue, type Value } from '../values.ts';
import { evaluate, isAccess, placeOf, readGlobal, withKey, withoutParentheses } from './expression.ts';
import { evaluateNamed } from './literals.ts';
import { applyOperator, combine } from './operators.ts';
import { assignPattern } from './patterns.ts';

/** `target = value`, `target += value`, `target ??= value` and the like. */
export function evaluateAssignment({ left, operatorToken, right }: ts.BinaryExpression, scope: Scope): Value {
  if (ts.isObjectLiteralExpression(left) || ts.isArrayLiteralExpression(left)) {
    const value = evaluate(right, scope);
    assignPattern(scope, left, value);
    return value;
  }
  if (operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const name = ts.isIdentifier(left) ? left.text : '';
    return update(left, scope, () => evaluateNamed(right, scope, name));
  }
  const operator = (ts.tokenToString(operatorToken.kind) ?? '').slice(0, -1);
  const place = placeOf(left, scope);
  return update(left, scope, (former) =>
    applyOperator(operator, former(), () => evaluate(right, scope), scope, place),
  );
}

/** `++` and `--`, before or after. */
export function evaluateStep(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  scope: Scope,
): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const operator = node.operator === ts.SyntaxKind.PlusPlusToken ? '+' : '-';
  let before: Value = undefinedValue;
  const after = update(node.operand, scope, (former) => {
    before = combine(machine, '*', former(), primitive(1), place);
    return combine(machine, operator, before, primitive(1), place);
  });
  return ts.isPrefixUnaryExpression(node) ? after : before;
}

/** Gives a target a value made from its former one. The parts of the target are evaluated once. */
export function update(node: ts.Expression, scope: Scope, change: (former: () => Value) => Value): Value {
  const { machine } = scope.frame;
  const target = withoutParentheses(node);
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
  if (!isAccess(target)) return change(() => undefinedValue);
  const place = placeOf(
    ts.isPropertyAccessExpression(target) ? target.name : target.argumentExpression,
    scope,
  );
  const object = evaluate(target.expression, scope);
  return withKey(target, scope, (key) => {
    let former: Value | null = null;
    const value = change(() => {
      former = getMember(machine, object, key, place);
      return former;
    });
    // `??=` and the like set nothing if they keep the former value.
    if (value !== former) setMember(machine, object, key, value, place);
    return value;
  });
}
