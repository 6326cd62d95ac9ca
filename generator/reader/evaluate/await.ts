import {
  isPromise,
  microtask,
  newPromise,
  outcomeOf,
  outsideTask,
  putOff,
  runJobs,
  settle,
} from '../builtins/jobs.ts';
import { catching, follow, toPromise } from '../builtins/promise.ts';
import { forEachOption } from '../fork.ts';
import type { Watcher } from '../journal.ts';
import { type Machine, Thrown } from '../machine.ts';
import { reasonOf } from '../members.ts';
import type { Place } from '../place.ts';
import type { Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { birth, limit, type ObjectValue, type Value } from '../values.ts';
import { type Completion, returnedBy } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';

/** How far an asynchronous function has come. */
export interface Wait {
  /** What the `await` expressions gave that the statement at hand has come to. */
  readonly results: Map<ts.Node, Value>;
  /** How many branches were being tried when it was called, or went on. */
  trials: number;
  /** Whether it has gone on by itself, so that whoever called it has come to an end. */
  isAlone: boolean;
  /** Sees what is changed once it has gone on where it should have waited. */
  readonly watcher: Watcher;
}

export function newWait(): Wait {
  return {
    results: new Map(),
    trials: 0,
    isAlone: false,
    watcher: { since: birth(), isOn: false, seen: new Set() },
  };
}

/**
 * Runs an asynchronous function up to its first `await`, and puts off what follows. Gives the promise of its result.
 */
export function runAsync(machine: Machine, run: () => Completion, wait: Wait, place: Place): Value {
  const promise = newPromise(place);
  const goOn = (part: () => Completion): void => {
    const { created } = machine;
    wait.trials = machine.journal.trials.length;
    machine.journal.watchers.add(wait.watcher);
    const failed = catching(machine, () => {
      const end = part();
      const resume = () => {
        if (end.kind !== 'await') return;
        wait.isAlone = true;
        goOn(end.resume);
      };
      if (end.kind === 'await') putOff(machine, end.phase, resume, place, [end.promise]);
      else follow(machine, promise, givenBy(machine, returnedBy(end), wait, place), place);
    });
    machine.journal.watchers.delete(wait.watcher);
    if (failed !== null) settle(machine, promise, failed, true);
    const hasActed = wait.watcher.seen.size > 0 || (wait.watcher.isOn && machine.created > created);
    if (hasActed && machine.guesses === 0) reportOrder(machine, place);
  };
  goOn(run);
  return promise;
}

/** What a function gives that did not wait where it should have: it may have changed meanwhile. */
function givenBy(machine: Machine, value: Value, { watcher }: Wait, place: Place): Value {
  const isPlain = value.kind === 'primitive' || value.kind === 'unknown' || machine.guesses > 0;
  return isPlain || !watcher.isOn
    ? value
    : limit('what an asynchronous function gives here is not followed', place);
}

function reportOrder(machine: Machine, place: Place): void {
  machine.report.add({
    code: 'AM1023',
    message: 'What happens after an `await` in this function is not followed in its order.',
    help: 'If it has to do with lists, let each `await` stand in a statement of its own.',
    why: 'limit',
    place,
  });
}

/** Whether the function can be left at a statement and go on there later. */
export function canWait(scope: Scope): boolean {
  const { machine, wait } = scope.frame;
  return wait !== null && machine.guesses === 0 && machine.journal.trials.length === wait.trials;
}

/** Leaves the function at an `await` in a statement; `goOn` runs the statement, and those after it. */
export function leave(node: ts.AwaitExpression, scope: Scope, goOn: () => Completion): Completion {
  const { machine, wait } = scope.frame;
  const value = evaluate(node.expression, scope);
  const promise = toPromise(machine, value, placeOf(node, scope));
  const resume = (): Completion => {
    wait?.results.set(node, resultOf(machine, promise, placeOf(node, scope)));
    return goOn();
  };
  const why = reasonOf(value, placeOf(node, scope));
  if (why !== null) machine.risks.push(why);
  const isFromOutside = value.kind === 'unknown' || value.kind === 'external';
  return { kind: 'await', promise, resume, phase: isFromOutside ? outsideTask : microtask };
}

function resultOf(machine: Machine, promise: ObjectValue, place: Place): Value {
  const { value, isRejected } = outcomeOf(machine, promise);
  if (isRejected === true) throw new Thrown(value, place);
  return value;
}

/** The value of an `await`: of one that was waited for, or at once where the function cannot be left. */
export function evaluateAwait(node: ts.AwaitExpression, scope: Scope): Value {
  const { machine, wait } = scope.frame;
  const known = wait?.results.get(node);
  if (known !== undefined) return known;
  const value = evaluate(node.expression, scope);
  const place = placeOf(node, scope);
  // A module waits before those run that import it.
  if (wait === null) runJobs(machine, place);
  // Once nothing else is left to do, it makes no difference when this goes on.
  else if (!wait.isAlone || machine.jobs.elements.length > 0) wait.watcher.isOn = true;
  return forEachOption(machine, value, (option) =>
    isPromise(option) ? resultOf(machine, option, place) : option,
  );
}

const found = new WeakMap<ts.Statement, readonly ts.AwaitExpression[]>();

/** The `await` that a statement comes to first, unless it has been waited for; null where there is none, or it cannot be left there. */
export function awaitIn(statement: ts.Statement, { frame }: Scope): ts.AwaitExpression | null {
  let awaits = found.get(statement);
  if (awaits === undefined) {
    awaits = leadingAwaits(headOf(statement));
    found.set(statement, awaits);
  }
  return awaits.find((node) => frame.wait?.results.has(node) !== true) ?? null;
}

/** Forgets what the `await` expressions of a statement gave, for the next time it runs. */
export function forgetAwaits(statement: ts.Statement, { frame }: Scope): void {
  for (const node of found.get(statement) ?? []) frame.wait?.results.delete(node);
}

/** The part of a statement that is evaluated first. */
function headOf(node: ts.Statement): ts.Node | null {
  if (ts.isIfStatement(node) || ts.isSwitchStatement(node) || ts.isForOfStatement(node))
    return node.expression;
  const isSimple =
    ts.isExpressionStatement(node) ||
    ts.isVariableStatement(node) ||
    ts.isReturnStatement(node) ||
    ts.isThrowStatement(node);
  return isSimple ? node : null;
}

/** The `await` expressions that are evaluated in any case, before anything else that does something. */
function leadingAwaits(head: ts.Node | null): readonly ts.AwaitExpression[] {
  const awaits: ts.AwaitExpression[] = [];
  /** Whether what was visited so far does nothing but wait. */
  const visit = (node: ts.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isTypeNode(node)) return true;
    if (ts.isAwaitExpression(node)) {
      // What it waits for is evaluated when the function is left.
      if (containsAwait(node.expression)) return false;
      awaits.push(node);
      return true;
    }
    if (ts.isConditionalExpression(node))
      return visit(node.condition) && !containsAwait(node) && isIdle(node);
    if (ts.isBinaryExpression(node) && isShortCut(node.operatorToken.kind))
      return visit(node.left) && isIdle(node.right);
    const goesOn = !ts.forEachChild(node, (child) => !visit(child));
    return goesOn && !acts(node);
  };
  if (head !== null) visit(head);
  return awaits;
}

function isShortCut(kind: ts.SyntaxKind): boolean {
  return [
    ts.SyntaxKind.AmpersandAmpersandToken,
    ts.SyntaxKind.BarBarToken,
    ts.SyntaxKind.QuestionQuestionToken,
  ].includes(kind);
}

function containsAwait(node: ts.Node): boolean {
  if (ts.isFunctionLike(node)) return false;
  return ts.isAwaitExpression(node) || (ts.forEachChild(node, containsAwait) ?? false);
}

/** Whether a part does nothing: it can be evaluated later as well. */
function isIdle(node: ts.Node): boolean {
  return (
    ts.isFunctionLike(node) ||
    !(acts(node) || containsAwait(node) || (ts.forEachChild(node, (child) => !isIdle(child)) ?? false))
  );
}

function acts(node: ts.Node): boolean {
  return (
    ts.isCallExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isTaggedTemplateExpression(node) ||
    ts.isDeleteExpression(node) ||
    ts.isPrefixUnaryExpression(node) ||
    ts.isPostfixUnaryExpression(node) ||
    ts.isYieldExpression(node) ||
    (ts.isBinaryExpression(node) &&
      node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
      node.operatorToken.kind <= ts.SyntaxKind.LastAssignment)
  );
}
