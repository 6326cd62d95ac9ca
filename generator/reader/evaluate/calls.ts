import { forEachOption } from '../fork.ts';
import { argumentsFrom } from '../iterate.ts';
import { getMember } from '../members.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { presentOr, undefinedValue, type Value } from '../values.ts';
import { constructParent } from './classes.ts';
import {
  type AccessExpression,
  evaluate,
  evaluateAccess,
  evaluateImport,
  isAccess,
  isOptional,
  nameOf,
  placeOf,
  unlessMissing,
  withoutParentheses,
} from './expression.ts';
import { callValue, construct } from './functions.ts';

/** The value of a call, also of `import(…)` and `super(…)`. Arguments are evaluated only where the call happens. */
export function evaluateCall(node: ts.CallExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  if (node.expression.kind === ts.SyntaxKind.ImportKeyword) return evaluateImport(node, scope);
  if (node.expression.kind === ts.SyntaxKind.SuperKeyword) return callSuper(node, scope);
  const access = withoutParentheses(node.expression);
  if (isAccess(access)) return callMember(node, access, scope);
  const callee = evaluate(node.expression, scope);
  return unlessMissing(callee, node, scope, () =>
    callValue(machine, callee, evaluateArguments(node.arguments, scope), undefinedValue, place),
  );
}

function callMember(node: ts.CallExpression, access: AccessExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  const { value, object } = evaluateAccess(access, scope);
  if (value.kind !== 'primitive') machine.reached.add(node);
  if (object.kind === 'choice' && !isOptional(node)) {
    // Each object that it may be has a method of its own.
    const args = evaluateArguments(node.arguments, scope);
    const key = ts.isPropertyAccessExpression(access) ? nameOf(access.name, scope) : null;
    return forEachOption(machine, object, (option) => {
      const self = presentOr(option);
      const method = key === null ? value : getMember(machine, self, key, place);
      return callValue(machine, method, args, self, place);
    });
  }
  return unlessMissing(value, node, scope, () =>
    callValue(machine, value, evaluateArguments(node.arguments, scope), object, place),
  );
}

/** The values of arguments, in order, with those that a spread gives. */
function evaluateArguments(nodes: readonly ts.Expression[] | undefined, scope: Scope): Value[] {
  const args: Value[] = [];
  for (const node of nodes ?? []) {
    if (ts.isSpreadElement(node)) {
      args.push(
        ...argumentsFrom(scope.frame.machine, evaluate(node.expression, scope), placeOf(node, scope)),
      );
    } else args.push(evaluate(node, scope));
  }
  return args;
}

/** The value of `new callee(…)`: an instance, or what the constructor gives in its place. */
export function evaluateNew(node: ts.NewExpression, scope: Scope): Value {
  const callee = evaluate(node.expression, scope);
  const args = evaluateArguments(node.arguments, scope);
  return construct(scope.frame.machine, callee, args, placeOf(node, scope));
}

/** `super(…)`: from then on, `this` is what the parent's constructor gives. */
function callSuper(node: ts.CallExpression, scope: Scope): Value {
  const { frame } = scope;
  const args = evaluateArguments(node.arguments, scope);
  if (frame.constructing !== null) {
    frame.self = constructParent(frame.machine, frame.constructing, frame.self, args, placeOf(node, scope));
  }
  return frame.self;
}
