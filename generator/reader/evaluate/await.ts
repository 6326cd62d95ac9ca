import {
  catching,
  isPromise,
  newPromise,
  phaseAfter,
  putOff,
  resolve,
  resultOf,
  runJobs,
  settle,
  toPromise,
} from '../builtins/promise.ts';
import { forEachOption } from '../fork.ts';
import type { Watcher } from '../journal.ts';
import { leaveOpen } from '../keystone/escapes.ts';
import type { Machine } from '../machine.ts';
import { reasonOf } from '../members.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { birth, isUndefined, limit, type ObjectValue, type Value } from '../values.ts';
import { andThen, returnedBy } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';
import { hoist } from './hoist.ts';
import { declareFunctions, runFrom } from './statements.ts';

/** A part of an asynchronous function that runs. */
export interface AsyncPart {
  readonly startedAt: number;
  /** The `await` that the part goes on after, and its promise. */
  readonly awaited: { readonly node: ts.AwaitExpression; readonly promise: ObjectValue } | null;
  /** Set once the part has gone on where it should wait. It sees what the part changes from then on. */
  early: { readonly watcher: Watcher; readonly created: number } | null;
}

/**
 * Runs an asynchronous function, and gives the promise of its result. Where a statement of its body begins with an
 * `await`, the rest of the body is deferred. At any other `await` the function goes on at once.
 */
export function runAsync(
  scope: Scope,
  body: ts.ConciseBody,
  bindParameters: () => void,
  place: Place,
): Value {
  const { machine } = scope.frame;
  const promise = newPromise(place);
  const statements = ts.isBlock(body) ? body.statements : [];
  const runPart = (awaited: AsyncPart['awaited'], run: () => Value | null): void => {
    const part: AsyncPart = { startedAt: birth(), awaited, early: null };
    const outer = machine.asyncPart;
    machine.asyncPart = part;
    try {
      const failed = catching(machine, () => {
        machine.depth += 1;
        const value = run();
        machine.depth -= 1;
        if (value !== null) resolve(machine, promise, afterEarly(part, value, place), place);
      });
      if (failed !== null) settle(machine, promise, failed, true);
    } finally {
      machine.asyncPart = outer;
      if (part.early !== null) leaveOpenWhatFollowed(machine, part.early, place);
    }
  };
  /** Runs the statements from one on. Gives what the function returns, or null if the rest is deferred. */
  const runRest = (start: number, afterAwait: boolean): Value | null => {
    const next = statements.findIndex(
      (each, index) => index >= (afterAwait ? start + 1 : start) && firstAwait(each) !== null,
    );
    const [waiting] = next < 0 ? [] : statements.slice(next);
    const node = waiting === undefined ? null : firstAwait(waiting);
    const end = runFrom(statements.slice(start, node === null ? undefined : next), 0, scope);
    if (node === null) return returnedBy(end);
    // A branch that may have left the function cannot wait: the rest would run without its condition.
    if (end.kind !== 'normal')
      return returnedBy(andThen(machine, end, () => runFrom(statements, next, scope)));
    const value = evaluate(node.expression, scope);
    const awaited = { node, promise: toPromise(machine, value, placeOf(node, scope)) };
    const goOn = () => runPart(awaited, () => runRest(next, true));
    putOff(machine, phaseAfter(value), goOn, place, awaited.promise);
    return null;
  };
  runPart(null, () => {
    bindParameters();
    // A promise that is returned need not be awaited.
    if (!ts.isBlock(body)) return evaluate(ts.isAwaitExpression(body) ? body.expression : body, scope);
    hoist(body, scope);
    declareFunctions(statements, scope);
    return runRest(0, false);
  });
  return promise;
}

/** The code that called the function may still change what a value was computed from too early. */
function afterEarly({ early }: AsyncPart, value: Value, place: Place): Value {
  return early === null || isUndefined(value)
    ? value
    : limit('what an asynchronous function gives here is not followed', place);
}

/** What is changed too early may have another value, and lists that are created too early may be others. */
function leaveOpenWhatFollowed(
  machine: Machine,
  { watcher, created }: NonNullable<AsyncPart['early']>,
  place: Place,
): void {
  machine.journal.watchers.delete(watcher);
  const why = limit('what happens after an `await` here is not followed in its order', place);
  for (const entity of watcher.seen) leaveOpen(machine, entity, why, place);
  if (machine.created === created || machine.guessed.size > 0) return;
  machine.report.add({
    code: 'AM1023',
    message: 'What happens after an `await` in this function is not followed in its order.',
    help: 'If it has to do with lists, write each `await` as a statement of its own, outside of `if`, `try` and loops.',
    why: 'limit',
    place,
  });
}

/** The value of an `await`. A module waits before the modules run that import it; an asynchronous function goes on at once. */
export function evaluateAwait(node: ts.AwaitExpression, scope: Scope): Value {
  const { machine } = scope.frame;
  const part = machine.asyncPart;
  const place = placeOf(node, scope);
  if (part?.awaited?.node === node) return resultOf(machine, part.awaited.promise, place);
  const value = evaluate(node.expression, scope);
  const why = reasonOf(value, place);
  if (why !== null) machine.risks.push(why);
  if (part === null) runJobs(machine, place);
  // After a job that is the last one, nothing else runs.
  else if (part.early === null && (part.awaited === null || machine.jobs.elements.length > 0)) {
    part.early = { watcher: { since: part.startedAt, seen: new Set() }, created: machine.created };
    machine.journal.watchers.add(part.early.watcher);
  }
  return forEachOption(machine, value, (option) =>
    isPromise(option) ? resultOf(machine, option, place) : option,
  );
}

/** The `await` that is evaluated before everything else in a statement; null if there is none. */
function firstAwait(statement: ts.Statement): ts.AwaitExpression | null {
  let first: ts.AwaitExpression | null = null;
  for (let node: ts.Node | undefined = statement; node !== undefined; node = firstPart(node)) {
    if (ts.isAwaitExpression(node)) first = node;
  }
  return first;
}

function firstPart(node: ts.Node): ts.Node | undefined {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.initializer;
  if (ts.isBinaryExpression(node))
    return node.operatorToken.kind === ts.SyntaxKind.EqualsToken ? node.right : node.left;
  const isFirst =
    ts.isExpressionStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isIfStatement(node) ||
    ts.isForOfStatement(node) ||
    ts.isAwaitExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isParenthesizedExpression(node) ||
    ts.isAsExpression(node);
  return isFirst ? node.expression : undefined;
}
