import { apply, tryOut } from '../journal.ts';
import { burn, caught, Thrown } from '../machine.ts';
import { runExport, runImport } from '../modules/declarations.ts';
import type { Place } from '../place.ts';
import { assign, blockScope, declare, newScope, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import { strictlyEqual, truth } from '../truth.ts';
import {
  becauseOf,
  limit,
  limitsSoFar,
  newObject,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { bindPattern } from './assignments.ts';
import { evaluateClass, evaluateEnum } from './classes.ts';
import { andThen, type Completion, normal, oneOf, without } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';
import { isConstructor, newFunction } from './functions.ts';
import { declareOutside, hoist } from './hoist.ts';
import { evaluateNamed } from './literals.ts';
import { isLoop, runLoop } from './loops.ts';

/** Runs the body of a function. */
export function runBlock(body: ts.Block, scope: Scope): Completion {
  hoist(body, scope);
  return runStatements(body.statements, scope);
}

/** Runs statements in order. Their functions are declared first. */
export function runStatements(statements: readonly ts.Statement[], scope: Scope): Completion {
  declareFunctions(statements, scope);
  return runFrom(statements, 0, scope);
}

/** Declares the functions among statements. */
export function declareFunctions(statements: readonly ts.Statement[], scope: Scope): void {
  for (const statement of statements) {
    if (!ts.isFunctionDeclaration(statement) || statement.body === undefined) continue;
    const name = statement.name?.text ?? 'default';
    const value = newFunction(statement, scope, placeOf(statement, scope));
    declare(scope, name, value);
    if (isConstructor(statement) && !scope.frame.module.isEsm) declareOutside(scope, name, value);
  }
}

/** Runs statements from one on, whose functions are declared. */
export function runFrom(statements: readonly ts.Statement[], start: number, scope: Scope): Completion {
  const { machine } = scope.frame;
  for (let index = start; index < statements.length; index += 1) {
    const statement = statements[index];
    if (statement === undefined) break;
    let isOver = false;
    const rest = () => {
      isOver = true;
      return runFrom(statements, index + 1, scope);
    };
    const completion = runStatement(statement, scope, rest);
    if (isOver) return completion;
    if (completion.kind !== 'normal') return andThen(machine, completion, rest);
  }
  return normal;
}

/** Runs an `if`. Where its condition is unknown, `rest` belongs to the branch that does not leave. */
function runIf(node: ts.IfStatement, scope: Scope, rest: () => Completion): Completion {
  const { machine } = scope.frame;
  const condition = truth(evaluate(node.expression, scope));
  const run = (branch: ts.Statement | undefined) =>
    branch === undefined ? normal : runStatement(branch, scope);
  if (typeof condition === 'boolean') return run(condition ? node.thenStatement : node.elseStatement);
  const isLeft = mayLeave(node);
  const branches = [node.thenStatement, node.elseStatement].map((branch) => () => {
    const end = run(branch);
    return isLeft ? andThen(machine, end, rest) : end;
  });
  return oneOf(machine, condition, branches);
}

const leaving = new WeakMap<ts.Node, boolean>();

/** Whether a statement contains a `return`, `break` or `continue`. */
function mayLeave(node: ts.Node): boolean {
  const known = leaving.get(node);
  if (known !== undefined) return known;
  const found =
    ts.isReturnStatement(node) ||
    ts.isBreakOrContinueStatement(node) ||
    (!ts.isFunctionLike(node) && !ts.isExpression(node) && (ts.forEachChild(node, mayLeave) ?? false));
  leaving.set(node, found);
  return found;
}

/**
 * Runs one statement and says how it ended. An exception of the program is thrown as `Thrown`. `runStatements` has declared
 * the functions, and `hoist` the `var` names.
 */
function runStatement(node: ts.Statement, scope: Scope, rest: () => Completion = () => normal): Completion {
  burn(scope.frame.machine, () => placeOf(node, scope));
  if (ts.isVariableStatement(node)) {
    if (!hasModifier(node, ts.SyntaxKind.DeclareKeyword)) declareVariables(node.declarationList, scope);
  } else if (ts.isExpressionStatement(node)) evaluate(node.expression, scope);
  else if (ts.isReturnStatement(node)) {
    const value = node.expression === undefined ? undefinedValue : evaluate(node.expression, scope);
    return { kind: 'return', value };
  } else if (ts.isIfStatement(node)) return runIf(node, scope, rest);
  else if (ts.isBlock(node)) return runStatements(node.statements, blockScope(scope));
  else if (isLoop(node)) return runLoop(node, scope);
  else if (ts.isTryStatement(node)) return runTry(node, scope);
  else if (ts.isThrowStatement(node))
    throw new Thrown(evaluate(node.expression, scope), placeOf(node, scope));
  else if (ts.isSwitchStatement(node)) return runSwitch(node, scope);
  else if (ts.isBreakOrContinueStatement(node) && node.label === undefined) {
    return { kind: ts.isBreakStatement(node) ? 'break' : 'continue' };
  } else if (ts.isWithStatement(node) || ts.isLabeledStatement(node)) reportUnread(node, scope);
  else runDeclaration(node, scope);
  return normal;
}

function reportUnread(node: ts.WithStatement | ts.LabeledStatement, scope: Scope): void {
  scope.frame.machine.report.add({
    code: 'AM1023',
    message: 'What is inside this statement is not read.',
    help: 'If it has to do with lists, write it without `with` and without a label.',
    why: 'limit',
    place: placeOf(node, scope),
  });
}

function runDeclaration(node: ts.Statement, scope: Scope): void {
  if (hasModifier(node, ts.SyntaxKind.DeclareKeyword)) return;
  if (ts.isClassDeclaration(node)) declare(scope, node.name?.text ?? 'default', evaluateClass(node, scope));
  else if (ts.isEnumDeclaration(node)) declare(scope, node.name.text, evaluateEnum(node, scope));
  else if (ts.isModuleDeclaration(node)) runNamespace(node, scope);
  else if (ts.isImportDeclaration(node) || ts.isImportEqualsDeclaration(node)) runImport(node, scope);
  else if (ts.isExportDeclaration(node) || ts.isExportAssignment(node)) runExport(node, scope);
}

/** Declares the variables of `const`, `let` or `var`. */
export function declareVariables(list: ts.VariableDeclarationList, scope: Scope): void {
  const isVar = (list.flags & ts.NodeFlags.BlockScoped) === 0;
  const isConstant = (list.flags & ts.NodeFlags.Const) !== 0;
  for (const { name, initializer } of list.declarations) {
    // `var name;` does not change the value.
    if (initializer === undefined && isVar) continue;
    const value =
      initializer === undefined
        ? undefinedValue
        : evaluateNamed(initializer, scope, ts.isIdentifier(name) ? name.text : '');
    bindPattern(scope, name, value, undefined, isVar);
    const binding = ts.isIdentifier(name) ? scope.variables.get(name.text) : undefined;
    if (binding !== undefined && isConstant) binding.isFixed = true;
  }
}

/** `namespace X { export const a = … }`: an object with its exports. */
function runNamespace(node: ts.ModuleDeclaration, scope: Scope): void {
  if (node.body === undefined || !ts.isModuleBlock(node.body) || !ts.isIdentifier(node.name)) return;
  const inner = newScope(scope, scope.frame, true);
  hoist(node.body, inner);
  runStatements(node.body.statements, inner);
  const place = placeOf(node, scope);
  const members = newObject(place);
  for (const [name, { value }] of inner.variables) {
    members.properties.set(name, { value, place, order: 0 });
  }
  declare(scope, node.name.text, members);
}

/**
 * A `try`. Lists that the block creates are assumed to exist, because nobody knows here what fails outside. But if the
 * block does something that could throw, its variables may have their former values, and the `catch` may have run.
 */
function runTry(node: ts.TryStatement, scope: Scope): Completion {
  const { catchClause, finallyBlock, tryBlock } = node;
  const block = () => runStatement(tryBlock, scope);
  const attempt =
    catchClause === undefined ? block : () => runGuarded(block, catchClause, scope, placeOf(node, scope));
  return finallyBlock === undefined ? attempt() : runFinally(attempt, finallyBlock, scope);
}

/** A `finally` also runs after an exception, which goes on afterwards unless the block leaves. */
function runFinally(attempt: () => Completion, block: ts.Block, scope: Scope): Completion {
  const end = caught(scope.frame.machine, attempt);
  if (end instanceof Thrown && end.isExit) throw end;
  // If the block may leave, the exception is assumed to stop.
  return andThen(scope.frame.machine, runStatement(block, scope), () => {
    if (end instanceof Thrown) throw end;
    return end;
  });
}

function runGuarded(
  attempt: () => Completion,
  clause: ts.CatchClause,
  scope: Scope,
  place: Place,
): Completion {
  const { machine } = scope.frame;
  const { tries } = machine;
  const risksBefore = machine.risks.length;
  const limitsBefore = limitsSoFar();
  const ends: (Completion | Thrown)[] = [];
  const changes = tryOut(machine.journal, () => {
    try {
      machine.tries += 1;
      ends.push(caught(machine, attempt));
    } finally {
      machine.tries = tries;
    }
  });
  apply(machine.journal, changes);
  const [end = normal] = ends;
  if (end instanceof Thrown && end.isExit) throw end;
  if (end instanceof Thrown) return runCatch(clause, scope, end.value);
  const risks = machine.risks.slice(risksBefore);
  // Code that was not followed may have thrown.
  if (limitsSoFar() > limitsBefore) risks.push(limit('what is tried here may fail', place));
  if (risks.length === 0) return end;
  const why = becauseOf(risks, 'what is tried here may fail', place);
  const failed = (): Completion => {
    for (const [entity, state] of changes.before) {
      if (entity.kind === 'binding' && state.kind === 'binding') assign(machine, entity, state.value);
    }
    return runCatch(clause, scope, why);
  };
  return oneOf(machine, why, [() => end, failed]);
}

function runCatch(clause: ts.CatchClause, scope: Scope, value: Value): Completion {
  const inner = blockScope(scope);
  if (clause.variableDeclaration !== undefined) bindPattern(inner, clause.variableDeclaration.name, value);
  return runStatements(clause.block.statements, inner);
}

/** A `switch`: runs from the case that matches to a `break`. */
function runSwitch(node: ts.SwitchStatement, scope: Scope): Completion {
  const value = evaluate(node.expression, scope);
  const inner = blockScope(scope);
  const { clauses } = node.caseBlock;
  const runClauses = (start: number) => (): Completion => {
    const statements = clauses.slice(start).flatMap((clause) => [...clause.statements]);
    return without('break', runStatements(statements, inner));
  };
  const possible: (() => Completion)[] = [];
  let doubt: UnknownValue | null = null;
  for (const [index, clause] of clauses.entries()) {
    const equal = ts.isCaseClause(clause) && strictlyEqual(value, evaluate(clause.expression, inner));
    if (equal === true && doubt === null) return runClauses(index)();
    if (equal !== false) possible.push(runClauses(index));
    if (typeof equal !== 'boolean') doubt = equal;
  }
  const fallback = clauses.findIndex(ts.isDefaultClause);
  const otherwise = fallback < 0 ? () => normal : runClauses(fallback);
  return doubt === null ? otherwise() : oneOf(scope.frame.machine, doubt, [...possible, otherwise]);
}
