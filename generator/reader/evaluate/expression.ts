import { newPromise } from '../builtins/jobs.ts';
import { settleWith } from '../builtins/promise.ts';
import { either, fork } from '../fork.ts';
import { argumentsAsArray, iterate } from '../iterate.ts';
import { burn, type Machine } from '../machine.ts';
import { getMember, type Key, toKey } from '../members.ts';
import { importMetaOf, importModule } from '../modules/load.ts';
import { privateMark } from '../objects.ts';
import type { Place } from '../place.ts';
import { blockScope, lookUp, newBinding, read, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { nullish } from '../truth.ts';
import {
  choice,
  falseValue,
  limit,
  newArray,
  nullValue,
  presentOr,
  primitive,
  trueValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { evaluateAssignment, evaluateStep } from './assignments.ts';
import { evaluateAwait } from './await.ts';
import { evaluateCall, evaluateNew } from './calls.ts';
import { evaluateClass, superOf } from './classes.ts';
import { newFunction } from './functions.ts';
import { append, arrayLiteral, objectLiteral, regExpLiteral, taggedTemplate } from './literals.ts';
import { evaluateBinary, evaluateUnary, isAssignmentOperator } from './operators.ts';
import { templateText } from './text.ts';

/** Where a node is, in the file of the module whose code the scope belongs to. */
export function placeOf(node: ts.Node, scope: Scope): Place {
  return { file: scope.frame.module.file, at: node };
}

/** The value of an expression, with all that evaluating it changes. */
export function evaluate(node: ts.Expression, scope: Scope): Value {
  burn(scope.frame.machine, () => placeOf(node, scope));
  switch (node.kind) {
    case ts.SyntaxKind.Identifier:
      return evaluateIdentifier(node as ts.Identifier, scope);
    case ts.SyntaxKind.StringLiteral:
    case ts.SyntaxKind.NoSubstitutionTemplateLiteral:
      return primitive((node as ts.StringLiteralLike).text);
    case ts.SyntaxKind.NumericLiteral:
      return primitive(Number((node as ts.NumericLiteral).text));
    case ts.SyntaxKind.BigIntLiteral:
      return primitive(BigInt((node as ts.BigIntLiteral).text.slice(0, -1)));
    case ts.SyntaxKind.TrueKeyword:
      return trueValue;
    case ts.SyntaxKind.FalseKeyword:
      return falseValue;
    case ts.SyntaxKind.NullKeyword:
      return nullValue;
    case ts.SyntaxKind.ObjectLiteralExpression:
      return objectLiteral(node as ts.ObjectLiteralExpression, scope);
    case ts.SyntaxKind.ArrayLiteralExpression:
      return arrayLiteral(node as ts.ArrayLiteralExpression, scope);
    case ts.SyntaxKind.PropertyAccessExpression:
    case ts.SyntaxKind.ElementAccessExpression:
      return evaluateAccess(node as AccessExpression, scope).value;
    case ts.SyntaxKind.CallExpression:
      return evaluateCall(node as ts.CallExpression, scope);
    case ts.SyntaxKind.NewExpression:
      return evaluateNew(node as ts.NewExpression, scope);
    case ts.SyntaxKind.ArrowFunction:
      return newFunction(node as ts.ArrowFunction, scope, placeOf(node, scope));
    case ts.SyntaxKind.FunctionExpression:
      return evaluateFunction(node as ts.FunctionExpression, scope);
    case ts.SyntaxKind.TemplateExpression:
      return templateText(node as ts.TemplateExpression, scope);
    case ts.SyntaxKind.BinaryExpression:
      return evaluateBinaryOrAssignment(node as ts.BinaryExpression, scope);
    case ts.SyntaxKind.ConditionalExpression:
      return evaluateConditional(node as ts.ConditionalExpression, scope);
    default:
      return evaluateRare(node, scope);
  }
}

/** The kinds of expressions that list files seldom hold. */
function evaluateRare(node: ts.Expression, scope: Scope): Value {
  if (
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node) ||
    ts.isSatisfiesExpression(node) ||
    ts.isNonNullExpression(node) ||
    ts.isTypeAssertionExpression(node) ||
    ts.isExpressionWithTypeArguments(node)
  ) {
    return evaluate(node.expression, scope);
  }
  if (node.kind === ts.SyntaxKind.ThisKeyword) return thisOf(scope, placeOf(node, scope));
  if (ts.isAwaitExpression(node)) return evaluateAwait(node, scope);
  if (node.kind === ts.SyntaxKind.SuperKeyword) return superOf(scope.frame);
  if (ts.isClassExpression(node)) return evaluateClass(node, scope);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const isStep =
      node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken;
    return isStep ? evaluateStep(node, scope) : evaluateUnary(node, scope);
  }
  if (ts.isTypeOfExpression(node) || ts.isVoidExpression(node) || ts.isDeleteExpression(node)) {
    return evaluateUnary(node, scope);
  }
  if (ts.isRegularExpressionLiteral(node)) return regExpLiteral(node, scope);
  if (ts.isTaggedTemplateExpression(node)) return taggedTemplate(node, scope);
  if (ts.isYieldExpression(node)) return evaluateYield(node, scope);
  if (ts.isMetaProperty(node)) return metaProperty(node, scope);
  if (ts.isOmittedExpression(node)) return undefinedValue;
  return limit('this kind of expression is not evaluated', placeOf(node, scope));
}

/** `import.meta`, or `new.target`: of several classes that inherit from each other, which one is meant is not followed. */
function metaProperty(node: ts.MetaProperty, { frame }: Scope): Value {
  const place: Place = { file: frame.module.file, at: node };
  if (node.keywordToken === ts.SyntaxKind.ImportKeyword) return importMetaOf(frame.module, place);
  const { constructing } = frame;
  if (constructing === null) return undefinedValue;
  const isClass = constructing.kind === 'function' && ts.isClassLike(constructing.node);
  return isClass ? limit('which class is constructed is not followed', place) : constructing;
}

/** A function expression with a name is known to itself by it. */
function evaluateFunction(node: ts.FunctionExpression, scope: Scope): Value {
  if (node.name === undefined) return newFunction(node, scope, placeOf(node, scope));
  const inner = blockScope(scope);
  const value = newFunction(node, inner, placeOf(node, scope));
  inner.variables.set(node.name.text, newBinding(value));
  return value;
}

/** What `arguments` gives: no array, and what is written to it may be written to a parameter. */
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

/** A global variable; unknown where neither the program nor the reader has it. */
export function readGlobal(machine: Machine, name: string, place: Place): Value {
  const { globalObject } = machine;
  const isThere = globalObject.properties.has(name) || globalObject.rests.length > 0;
  return isThere
    ? getMember(machine, globalObject, name, place)
    : limit(`'${name}' is not defined in the source`, place);
}

/** `this`; a function that is called without one has the global object, except in strict code. */
function thisOf({ frame }: Scope, place: Place): Value {
  const isNone = frame.self.kind === 'primitive' && frame.self.value === undefined;
  return isNone && !frame.module.isEsm ? limit('what `this` is here is not followed', place) : frame.self;
}

/** The name of a member as the key of a property. A private one is the class's own; no other key is the same. */
export function nameOf(name: ts.MemberName, scope: Scope): string {
  if (ts.isIdentifier(name)) return name.text;
  const key = lookUp(scope, name.text)?.value;
  return key?.kind === 'primitive' ? String(key.value) : `${privateMark}${name.text}`;
}

export type AccessExpression = ts.PropertyAccessExpression | ts.ElementAccessExpression;

/** A member and the object it was read from, which is `this` when the member is called. */
export function evaluateAccess(node: AccessExpression, scope: Scope): { value: Value; object: Value } {
  const { machine } = scope.frame;
  const isSuper = node.expression.kind === ts.SyntaxKind.SuperKeyword;
  const object = evaluate(node.expression, scope);
  const self = isSuper ? scope.frame.self : object;
  const place = placeOf(node, scope);
  const readFrom = (from: Value): Value => {
    if (ts.isPropertyAccessExpression(node)) return getMember(machine, from, nameOf(node.name, scope), place);
    return withKeys(
      evaluate(node.argumentExpression, scope),
      place,
      (key) => getMember(machine, from, key, place),
      scope,
    );
  };
  if (!isOptional(node)) return { value: readFrom(object), object: self };
  const missing = nullish(object);
  if (missing === true) return { value: undefinedValue, object };
  if (missing === false) return { value: readFrom(object), object };
  const values = fork(machine, missing, [() => undefinedValue, () => readFrom(object)]);
  return { value: choice(values, missing), object };
}

/** Whether the access stands in a chain with `?.`, here or before: then undefined goes on to its end. */
export function isOptional(node: ts.Expression): boolean {
  return (node.flags & ts.NodeFlags.OptionalChain) !== 0;
}

/** Does something with each name that a computed key may be. */
export function withKeys(key: Value, place: Place, run: (key: Key) => Value, scope: Scope): Value {
  const { machine } = scope.frame;
  if (key.kind !== 'choice') return run(toKey(machine, key, place));
  const runs = key.options.map((option) => () => run(toKey(machine, option, place)));
  return choice(fork(machine, key.why, runs), key.why);
}

function evaluateBinaryOrAssignment(node: ts.BinaryExpression, scope: Scope): Value {
  return isAssignmentOperator(node.operatorToken.kind)
    ? evaluateAssignment(node, scope)
    : evaluateBinary(node, scope);
}

function evaluateConditional(node: ts.ConditionalExpression, scope: Scope): Value {
  return either(
    scope.frame.machine,
    evaluate(node.condition, scope),
    () => evaluate(node.whenTrue, scope),
    () => evaluate(node.whenFalse, scope),
  );
}

function evaluateYield(node: ts.YieldExpression, scope: Scope): Value {
  const value = node.expression === undefined ? undefinedValue : evaluate(node.expression, scope);
  const { machine, yields } = scope.frame;
  if (yields === null) return undefinedValue;
  const place = placeOf(node, scope);
  append(
    machine,
    yields,
    node.asteriskToken === undefined ? newArray([value], place) : iterate(machine, value, place),
  );
  return limit('what a generator is given back is not followed', place);
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
