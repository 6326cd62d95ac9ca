import { forEachOption } from '../fork.ts';
import { argumentsFrom } from '../iterate.ts';
import { getMember } from '../members.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { presentOr, undefinedValue, type Value } from '../values.ts';
import { constructParent } from './classes.ts';
import {
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
  const callee = withoutParentheses(node.expression);
  const { value, object } = isAccess(callee)
    ? evaluateAccess(callee, scope)
    : { value: evaluate(callee, scope), object: undefinedValue };
  if (isAccess(callee) && value.kind !== 'primitive') machine.reached.add(node);
  return unlessMissing(value, node, scope, () => {
    const args = evaluateArguments(node.arguments, scope);
    if (object.kind !== 'choice' || !ts.isPropertyAccessExpression(callee) || isOptional(node)) {
      return callValue(machine, value, args, object, place);
    }
    // Each of the objects has a method of its own.
    const name = nameOf(callee.name, scope);
    return forEachOption(machine, object, (option) => {
      const self = presentOr(option);
      return callValue(machine, getMember(machine, self, name, place), args, self, place);
    });
  });
}

/** The values of arguments, including those that are spread. */
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

/** The value of `new callee(…)`. */
export function evaluateNew(node: ts.NewExpression, scope: Scope): Value {
  const callee = evaluate(node.expression, scope);
  const args = evaluateArguments(node.arguments, scope);
  return construct(scope.frame.machine, callee, args, placeOf(node, scope));
}

/** `super(…)`: from then on `this` is what the parent's constructor gives. */
function callSuper(node: ts.CallExpression, scope: Scope): Value {
  const { frame } = scope;
  const { machine, constructing, self } = frame;
  const args = evaluateArguments(node.arguments, scope);
  if (constructing !== null) {
    const call = { machine, args, self, place: placeOf(node, scope), isNew: true };
    frame.self = constructParent(constructing, self, call);
  }
  return frame.self;
}
