import { forEachOption, fork } from '../fork.ts';
import { argumentsFrom } from '../iterate.ts';
import { getMember } from '../members.ts';
import { lookUp, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { nullish } from '../truth.ts';
import { choice, presentOr, undefinedValue, type Value } from '../values.ts';
import { constructParent } from './classes.ts';
import {
  type AccessExpression,
  evaluate,
  evaluateAccess,
  evaluateImport,
  isOptional,
  nameOf,
  placeOf,
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
  if (ts.isIdentifier(access)) checkDeclared(access, scope);
  return unlessMissing(callee, node, scope, () =>
    callValue(machine, callee, evaluateArguments(node.arguments, scope), undefinedValue, place),
  );
}

/** JavaScript would throw; here it may be a name that the reader has lost, and the call may make lists. */
function checkDeclared(name: ts.Identifier, scope: Scope): void {
  const { machine } = scope.frame;
  // Much of what Node has of itself is not known to the reader, but makes no lists.
  const isKnown = name.text in globalThis || machine.globalObject.properties.has(name.text);
  if (machine.guesses > 0 || lookUp(scope, name.text) !== null || isKnown) return;
  machine.report.add({
    code: 'AM1023',
    severity: 'warning',
    message: `'${name.text}' is called here, which nothing in the source declares.`,
    help: 'If the code works in the app, the reader did not understand it: check that its lists are complete.',
    why: 'limit',
    place: placeOf(name, scope),
  });
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

function withoutParentheses(node: ts.Expression): ts.Expression {
  let inner = node;
  while (ts.isParenthesizedExpression(inner) || ts.isNonNullExpression(inner) || ts.isAsExpression(inner)) {
    inner = inner.expression;
  }
  return inner;
}

function isAccess(node: ts.Expression): node is AccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** The call at the end of a `?.` chain does not happen where the chain found nothing. */
function unlessMissing(callee: Value, node: ts.CallExpression, scope: Scope, call: () => Value): Value {
  if (!isOptional(node)) return call();
  const missing = nullish(callee);
  if (missing === true) return undefinedValue;
  if (missing === false) return call();
  return choice(fork(scope.frame.machine, missing, [call, () => undefinedValue]), missing);
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
  if (frame.constructing?.kind === 'function') {
    frame.self = constructParent(frame.machine, frame.constructing, frame.self, args, placeOf(node, scope));
  }
  return frame.self;
}
