import { newPromise, settleWith } from '../builtins/promise.ts';
import { either, forEachOption, forkValue } from '../fork.ts';
import { argumentsAsArray } from '../iterate.ts';
import { handOver } from '../keystone/escapes.ts';
import { burn, type Machine } from '../machine.ts';
import { getMember, type Key, toKey } from '../members.ts';
import { importMetaOf, importModule } from '../modules/load.ts';
import { privateMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { blockScope, lookUp, newBinding, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { nullish } from '../truth.ts';
import {
  falseValue,
  isUndefined,
  limit,
  nullValue,
  presentOr,
  primitive,
  trueValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluateStep } from './assignments.ts';
import { evaluateAwait } from './await.ts';
import { evaluateCall, evaluateNew } from './calls.ts';
import { evaluateClass, superOf } from './classes.ts';
import { newFunction } from './functions.ts';
import { arrayLiteral, objectLiteral, regExpLiteral, taggedTemplate } from './literals.ts';
import { evaluateBinary, evaluateDelete, evaluateTypeOf, evaluateUnary } from './operators.ts';
import { templateText } from './text.ts';

/** Where a node is, in the file of the module whose code the scope belongs to. */
export function placeOf(node: ts.Node, scope: Scope): Place {
  return { file: scope.frame.module.file, at: node };
}

type Evaluator = (node: never, scope: Scope) => Value;

const evaluators: ReadonlyMap<ts.SyntaxKind, Evaluator> = new Map<ts.SyntaxKind, Evaluator>([
  [ts.SyntaxKind.Identifier, evaluateIdentifier],
  [ts.SyntaxKind.StringLiteral, evaluateText],
  [ts.SyntaxKind.NoSubstitutionTemplateLiteral, evaluateText],
  [ts.SyntaxKind.NumericLiteral, ({ text }: ts.NumericLiteral) => primitive(Number(text))],
  [ts.SyntaxKind.TrueKeyword, () => trueValue],
  [ts.SyntaxKind.FalseKeyword, () => falseValue],
  [ts.SyntaxKind.NullKeyword, () => nullValue],
  [ts.SyntaxKind.ObjectLiteralExpression, objectLiteral],
  [ts.SyntaxKind.ArrayLiteralExpression, arrayLiteral],
  [ts.SyntaxKind.RegularExpressionLiteral, regExpLiteral],
  [ts.SyntaxKind.TemplateExpression, templateText],
  [ts.SyntaxKind.TaggedTemplateExpression, taggedTemplate],
  [ts.SyntaxKind.PropertyAccessExpression, evaluateMember],
  [ts.SyntaxKind.ElementAccessExpression, evaluateMember],
  [ts.SyntaxKind.CallExpression, evaluateCall],
  [ts.SyntaxKind.NewExpression, evaluateNew],
  [ts.SyntaxKind.ArrowFunction, evaluateFunction],
  [ts.SyntaxKind.FunctionExpression, evaluateFunction],
  [ts.SyntaxKind.ClassExpression, evaluateClass],
  [ts.SyntaxKind.BinaryExpression, evaluateBinary],
  [ts.SyntaxKind.ConditionalExpression, evaluateConditional],
  [ts.SyntaxKind.PrefixUnaryExpression, evaluateUnary],
  [ts.SyntaxKind.PostfixUnaryExpression, evaluateStep],
  [ts.SyntaxKind.TypeOfExpression, evaluateTypeOf],
  [ts.SyntaxKind.VoidExpression, evaluateVoid],
  [ts.SyntaxKind.DeleteExpression, evaluateDelete],
  [ts.SyntaxKind.AwaitExpression, evaluateAwait],
  [ts.SyntaxKind.YieldExpression, evaluateYield],
  [ts.SyntaxKind.ThisKeyword, evaluateThis],
  [ts.SyntaxKind.SuperKeyword, superOf],
  [ts.SyntaxKind.MetaProperty, evaluateMetaProperty],
]);

/** The value of an expression. Evaluating it makes all its changes. */
export function evaluate(node: ts.Expression, scope: Scope): Value {
  burn(scope.frame.machine, () => placeOf(node, scope));
  const inner = withoutParentheses(node);
  const evaluator = evaluators.get(inner.kind);
  return evaluator === undefined
    ? limit('this kind of expression is not evaluated', placeOf(inner, scope))
    : evaluator(inner as never, scope);
}

function evaluateText({ text }: ts.StringLiteralLike): Value {
  return primitive(text);
}

function evaluateVoid({ expression }: ts.VoidExpression, scope: Scope): Value {
  evaluate(expression, scope);
  return undefinedValue;
}

/** A function expression sees itself by its name. */
function evaluateFunction(node: ts.FunctionExpression | ts.ArrowFunction, scope: Scope): Value {
  const inner = blockScope(scope);
  const value = newFunction(node, inner, placeOf(node, scope));
  if (node.name !== undefined) inner.variables.set(node.name.text, newBinding(value));
  return value;
}

/** The values of `arguments`: these are not arrays, and an assignment to one may set a parameter. */
export const argumentLists = new WeakSet<Value>();

function evaluateIdentifier(node: ts.Identifier, scope: Scope): Value {
  const name = node.text;
  const place = placeOf(node, scope);
  const binding = lookUp(scope, name);
  if (binding !== null) return presentOr(read(binding));
  if (name === 'undefined') return undefinedValue;
  if (name === 'arguments') {
    const list = argumentsAsArray(scope.frame.args, 0, place);
    argumentLists.add(list);
    return list;
  }
  return readGlobal(scope.frame.machine, name, place);
}

/** A global variable; unknown if neither the program nor the reader has it. */
export function readGlobal(machine: Machine, name: string, place: Place): Value {
  const { globalObject } = machine;
  const isThere = globalObject.properties.has(name) || globalObject.rests.length > 0;
  return isThere
    ? getMember(machine, globalObject, name, place)
    : limit(`'${name}' is not defined in the source`, place);
}

/** `this`. Without one it is the global object, except in strict code. */
function evaluateThis(node: ts.Expression, scope: Scope): Value {
  const { self, module } = scope.frame;
  return isUndefined(self) && !module.isEsm
    ? limit('what `this` is here is not followed', placeOf(node, scope))
    : self;
}

function evaluateMetaProperty(node: ts.MetaProperty, scope: Scope): Value {
  const place = placeOf(node, scope);
  return node.keywordToken === ts.SyntaxKind.ImportKeyword
    ? importMetaOf(scope.frame.module, place)
    : limit('`new.target` is not followed', place);
}

/** The name of a member as the key of a property. The key of a private member differs from all others. */
export function nameOf(name: ts.MemberName, scope: Scope): string {
  if (ts.isIdentifier(name)) return name.text;
  const key = lookUp(scope, name.text)?.value;
  return key?.kind === 'primitive' ? String(key.value) : `${privateMark}${name.text}`;
}

/** The name in a declaration or literal as the key of a property. */
export function keyOfName(name: ts.PropertyName, scope: Scope): Key {
  if (ts.isPrivateIdentifier(name)) return nameOf(name, scope);
  if (!ts.isComputedPropertyName(name)) return name.text;
  return toKey(scope.frame.machine, evaluate(name.expression, scope), placeOf(name, scope));
}

export type AccessExpression = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** Whether an expression reads a member. */
export function isAccess(node: ts.Expression): node is AccessExpression {
  return ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
}

/** An expression without parentheses and types around it. */
export function withoutParentheses(node: ts.Expression): ts.Expression {
  const isWrapped =
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isExpressionWithTypeArguments(node);
  return isWrapped ? withoutParentheses(node.expression) : node;
}

function evaluateMember(node: AccessExpression, scope: Scope): Value {
  return evaluateAccess(node, scope).value;
}

/** A member and the object it was read from, which is `this` when the member is called. */
export function evaluateAccess(node: AccessExpression, scope: Scope): { value: Value; object: Value } {
  const { machine } = scope.frame;
  const isSuper = node.expression.kind === ts.SyntaxKind.SuperKeyword;
  const object = evaluate(node.expression, scope);
  const self = isSuper ? scope.frame.self : object;
  const readFrom = () => withKey(node, scope, (key) => getMember(machine, object, key, placeOf(node, scope)));
  return { value: unlessMissing(object, node, scope, readFrom), object: self };
}

/** A part of a `?.` chain is not evaluated if the chain found nothing before it. */
export function unlessMissing(found: Value, node: ts.Expression, scope: Scope, run: () => Value): Value {
  const missing = isOptional(node) && nullish(found);
  if (typeof missing === 'boolean') return missing ? undefinedValue : run();
  return forkValue(scope.frame.machine, missing, [run, () => undefinedValue]);
}

/** Whether an expression belongs to a chain with `?.`. */
export function isOptional(node: ts.Expression): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

/** Does something with each key that an access may have. */
export function withKey(node: AccessExpression, scope: Scope, run: (key: Key) => Value): Value {
  if (ts.isPropertyAccessExpression(node)) return run(nameOf(node.name, scope));
  const { machine } = scope.frame;
  const place = placeOf(node, scope);
  return forEachOption(machine, evaluate(node.argumentExpression, scope), (key) =>
    run(toKey(machine, presentOr(key), place)),
  );
}

function evaluateConditional(node: ts.ConditionalExpression, scope: Scope): Value {
  return either(
    scope.frame.machine,
    evaluate(node.condition, scope),
    () => evaluate(node.whenTrue, scope),
    () => evaluate(node.whenFalse, scope),
  );
}

/** Code that is not followed gets the element of a generator. */
function evaluateYield(node: ts.YieldExpression, scope: Scope): Value {
  const place = placeOf(node, scope);
  const why = limit('what a generator is given back is not followed', place);
  if (node.expression !== undefined) {
    handOver(scope.frame.machine, [evaluate(node.expression, scope)], why, place);
  }
  return why;
}

/** `import('…')` as a value. */
export function evaluateImport(node: ts.CallExpression, scope: Scope): Value {
  const [specifier] = node.arguments;
  if (specifier === undefined) return undefinedValue;
  const place = placeOf(node, scope);
  const promise = newPromise(place);
  const { machine, module } = scope.frame;
  settleWith(machine, promise, () => importModule(module, evaluate(specifier, scope), place, true), place);
  return promise;
}
