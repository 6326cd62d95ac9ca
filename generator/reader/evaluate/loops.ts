import { fork } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { changesNothing, watch } from '../journal.ts';
import { longestLoop, type Machine, mostDoubtfulCalls, mostDoubtfulRounds } from '../machine.ts';
import { reasonOf, reportChanged, whyRest } from '../members.ts';
import { ownNames } from '../objects.ts';
import type { Place } from '../place.ts';
import { blockScope, newBinding, type Scope } from '../scope.ts';
import { ts } from '../syntax.ts';
import { truth } from '../truth.ts';
import {
  type ArrayValue,
  absentValue,
  choice,
  limit,
  mayBeAbsent,
  newArray,
  type ObjectValue,
  primitive,
  type UnknownValue,
  type Value,
  whenPresent,
} from '../values.ts';
import { update } from './assignments.ts';
import { type Completion, joined, type Leaving, later, normal } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';
import { assignPattern, bindPattern } from './patterns.ts';
import { declareVariables, runStatements } from './statements.ts';

export type Loop =
  | ts.ForOfStatement
  | ts.ForInStatement
  | ts.ForStatement
  | ts.WhileStatement
  | ts.DoStatement;

/** Whether a statement is one of those that `runLoop` runs. */
export function isLoop(node: ts.Node): node is Loop {
  return (
    ts.isForOfStatement(node) ||
    ts.isForInStatement(node) ||
    ts.isForStatement(node) ||
    ts.isWhileStatement(node) ||
    ts.isDoStatement(node)
  );
}

/** Runs a loop; `labels` are the names by which `break` and `continue` may mean it. */
export function runLoop(node: Loop, scope: Scope, labels: readonly string[]): Completion {
  if (ts.isForOfStatement(node)) {
    const { machine } = scope.frame;
    const value = evaluate(node.expression, scope);
    const elements = iterate(machine, value, placeOf(node.expression, scope));
    return unchanged(value, node, scope, () => runOver(elements, node, scope, labels));
  }
  if (ts.isForInStatement(node)) {
    const value = evaluate(node.expression, scope);
    const keys = keysOf(value, placeOf(node.expression, scope));
    return unchanged(value, node, scope, () => runOver(keys, node, scope, labels));
  }
  return runWhile(node, scope, labels);
}

/** Runs a loop; says so where that changes the names or entries that it runs over, which it may leave out then, or add. */
function unchanged(value: Value, node: Loop, scope: Scope, run: () => Completion): Completion {
  const size = () => {
    if (value.kind !== 'object') return 0;
    return (
      value.properties.size +
      (value.inside?.of === 'generator' ? 0 : (value.inside?.entries.elements.length ?? 0))
    );
  };
  const before = size();
  let end: Completion = normal;
  const seen = watch(scope.frame.machine.journal, () => {
    end = run();
  });
  // The body of a generator would go on after each round, and might read what that has changed.
  const isGenerator = value.kind === 'object' && value.inside?.of === 'generator';
  if (isGenerator && seen.size > 0) {
    reportChanged(scope.frame.machine, 'something while a generator runs', placeOf(node, scope));
  }
  if (size() !== before) reportChanged(scope.frame.machine, 'what the loop runs over', placeOf(node, scope));
  return end;
}

/** The names that `for…in` gives: also those of the prototypes. */
function keysOf(value: Value, place: Place): ArrayValue {
  switch (value.kind) {
    case 'object':
    case 'function':
      return keysOfObject(value.kind === 'object' ? value : value.own, place);
    case 'array': {
      const doubt = value.elements.find(mayBeAbsent)?.why ?? value.open ?? value.named;
      const keys = value.elements.map((_, index) => primitive(String(index)));
      return newArray(doubt === null ? keys : [], place, doubt);
    }
    case 'primitive':
      return newArray(Object.keys(Object(value.value ?? {})).map(primitive), place);
    case 'choice': {
      const keys = value.options.flatMap((option) => keysOf(option, place).elements);
      const perhaps = keys.map((key) => choice([key, absentValue], value.why));
      const open = value.options.map((option) => keysOf(option, place).open).find((each) => each !== null);
      return newArray(perhaps, place, open ?? null);
    }
    default:
      return newArray([], place, reasonOf(value, place) ?? limit('its names are not followed', place));
  }
}

function keysOfObject(object: ObjectValue, place: Place): ArrayValue {
  const keys = new Map<string, Value>();
  let open: UnknownValue | null = null;
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    for (const name of ownNames(at)) {
      const value = at.properties.get(name)?.value ?? absentValue;
      const key = mayBeAbsent(value) ? choice([primitive(name), absentValue], value.why) : primitive(name);
      if (!keys.has(name)) keys.set(name, key);
    }
    const rest: Value | null = at.rests[0]?.value ?? at.base;
    if (rest !== null && (rest.kind === 'unknown' || rest.kind === 'external')) open ??= whyRest(rest, place);
  }
  return newArray([...keys.values()], place, open);
}

/** Runs the body for each element; for those that may not be there, and for unknown ones, perhaps. */
function runOver(
  { elements, open }: ArrayValue,
  node: ts.ForOfStatement | ts.ForInStatement,
  scope: Scope,
  labels: readonly string[],
): Completion {
  const { machine } = scope.frame;
  const body = (element: Value): Completion => {
    const inner = blockScope(scope);
    bindElement(node.initializer, whenPresent(element), inner);
    return ofOneRound(runStatements([node.statement], inner), labels);
  };
  const goOn = (completion: Completion, next: number): Completion => {
    if (completion.kind === 'normal') return runFrom(next);
    if (completion.kind === 'await') return later(completion, (end) => goOn(end, next));
    if (completion.kind !== 'partial') return endOfLoop(completion);
    const rest = fork(machine, completion.why, [() => runFrom(next), () => normal]);
    return ofLoop(completion.left, rest, completion.why);
  };
  const runFrom = (start: number): Completion => {
    for (let index = start; index < elements.length; index += 1) {
      const element = elements[index];
      if (element === undefined) continue;
      const completion = mayBeAbsent(element)
        ? joined(fork(machine, element.why, [() => body(element), () => normal]), element.why)
        : body(element);
      if (completion.kind !== 'normal') return goOn(completion, index + 1);
    }
    if (open === null) return normal;
    return ofLoop([], fork(machine, open, [() => body(open), () => normal]), open);
  };
  return runFrom(0);
}

function bindElement(initializer: ts.ForInitializer, element: Value, scope: Scope): void {
  if (ts.isVariableDeclarationList(initializer)) {
    const [declaration] = initializer.declarations;
    const isVar = (initializer.flags & ts.NodeFlags.BlockScoped) === 0;
    if (declaration !== undefined) bindPattern(scope, declaration.name, element, undefined, isVar);
  } else if (ts.isObjectLiteralExpression(initializer) || ts.isArrayLiteralExpression(initializer)) {
    assignPattern(scope, initializer, element);
  } else update(initializer, scope, () => element);
}

/** `continue` ends a round normally; so does `break` the loop, if it means this loop. */
function ofOneRound(completion: Completion, labels: readonly string[]): Completion {
  if (completion.kind === 'await') return later(completion, (end) => ofOneRound(end, labels));
  if (completion.kind === 'partial') {
    const left = completion.left.map((each) => ofOneRound(each, labels));
    return joined([...left, normal], completion.why);
  }
  if (completion.kind !== 'break' && completion.kind !== 'continue') return completion;
  const isOwn = completion.label === null || labels.includes(completion.label);
  if (!isOwn) return completion;
  return completion.kind === 'continue' ? normal : { kind: 'break', label: null };
}

/** What comes of a loop that was left: a `return`, and what means a loop further out, goes further. */
function endOfLoop(completion: Completion): Completion {
  return completion.kind === 'break' && completion.label === null ? normal : completion;
}

/** What comes of a loop some of whose rounds left it. */
function ofLoop(left: readonly Leaving[], ends: readonly Completion[], why: UnknownValue): Completion {
  return joined([...left, ...ends].map(endOfLoop), why);
}

function runWhile(
  node: ts.ForStatement | ts.WhileStatement | ts.DoStatement,
  scope: Scope,
  labels: readonly string[],
): Completion {
  const { machine } = scope.frame;
  const { created } = machine;
  const outer = blockScope(scope);
  if (ts.isForStatement(node)) initialize(node.initializer, outer);
  const condition = ts.isForStatement(node) ? node.condition : node.expression;
  const most = mostDoubts(node, machine);
  let round = 0;
  let doubts = 0;
  const body = (inner: Scope): Completion =>
    ofOneRound(runStatements([node.statement], blockScope(inner)), labels);
  const toNextRound = (inner: Scope): void => {
    keepVariables(outer, inner);
    if (ts.isForStatement(node) && node.incrementor !== undefined) evaluate(node.incrementor, outer);
    round += 1;
  };
  const goOn = (): Completion => {
    while (round < longestLoop) {
      const inner = copyVariables(outer);
      const isCertain = condition === undefined || (ts.isDoStatement(node) && round === 0);
      const holds = isCertain || truth(evaluate(condition, inner));
      if (holds === false) return normal;
      if (holds !== true) return inDoubt('condition', inner, [], holds, () => after(body(inner), inner));
      const completion = body(inner);
      if (completion.kind !== 'normal') return after(completion, inner);
      toNextRound(inner);
    }
    reportEndless(machine, placeOf(node, scope));
    return normal;
  };
  const after = (completion: Completion, inner: Scope): Completion => {
    if (completion.kind === 'await') return later(completion, (end) => after(end, inner));
    if (completion.kind !== 'normal' && completion.kind !== 'partial') return endOfLoop(completion);
    const rest = (): Completion => {
      toNextRound(inner);
      return goOn();
    };
    return completion.kind === 'normal'
      ? rest()
      : inDoubt('body', inner, completion.left, completion.why, rest);
  };
  let last: { readonly point: string; readonly values: readonly Value[] } | null = null;
  /** Goes on with what may be run: how many rounds more is unknown, so after some the others are left out. */
  const inDoubt = (
    point: 'condition' | 'body',
    inner: Scope,
    left: readonly Leaving[],
    why: UnknownValue,
    run: () => Completion,
  ): Completion => {
    const values = [...inner.variables.values()].map(({ value }) => value);
    const isWholeRound = last?.point === point && changesNothing(machine.journal);
    const isAlike = isWholeRound && values.every((value, index) => value === last?.values[index]);
    last = { point, values };
    doubts += 1;
    if (!isAlike && doubts <= most[point]) {
      return ofLoop(left, fork(machine, why, [run, () => normal]), why);
    }
    // Where a round left everything as it was, as one does that waits, the next would do the same.
    if (!isAlike) reportLeftOut(machine, placeOf(node, scope), machine.created > created);
    return ofLoop(left, [normal], why);
  };
  return goOn();
}

/**
 * How many rounds are followed whose condition is unknown, or that the body may leave. A `for` counts, and what it
 * counts to is seldom far; but in a branch that may not be taken, such as the round of another loop, many rounds would soon
 * be too many. The others may go on for ever, above all those that older compilers make of async functions.
 */
function mostDoubts(
  node: ts.ForStatement | ts.WhileStatement | ts.DoStatement,
  { journal }: Machine,
): { readonly condition: number; readonly body: number } {
  if (!ts.isForStatement(node)) return { condition: 1, body: 1 };
  return {
    condition: mostDoubtfulCalls,
    body: journal.trials.length === 0 ? mostDoubtfulRounds : mostDoubtfulCalls,
  };
}

function initialize(initializer: ts.ForInitializer | undefined, scope: Scope): void {
  if (initializer === undefined) return;
  if (ts.isVariableDeclarationList(initializer)) declareVariables(initializer, scope);
  else evaluate(initializer, scope);
}

/** Each round has its own copy of the loop's variables, for the closures made in it. */
function copyVariables(outer: Scope): Scope {
  const inner = blockScope(outer);
  for (const [name, { value }] of outer.variables) inner.variables.set(name, newBinding(value));
  return inner;
}

function keepVariables(outer: Scope, inner: Scope): void {
  for (const [name, { value }] of inner.variables) outer.variables.set(name, newBinding(value));
}

function reportEndless(machine: Machine, place: Place): void {
  machine.report.add({
    code: 'AM1012',
    message: `The loop here runs more than ${longestLoop} times; it is treated as endless.`,
    help: 'Make the loop end, or name an entry file that does not run it.',
    why: 'limit',
    place,
  });
}

/** Where a loop creates lists, the rounds that are left out could create more. */
function reportLeftOut(machine: Machine, place: Place, createsLists: boolean): void {
  machine.report.add({
    code: 'AM1012',
    severity: createsLists && machine.guesses === 0 ? 'error' : 'warning',
    message: 'How often this loop runs is unknown; only its first iterations are followed.',
    help: 'If it has to do with lists, make its end depend on values in the source, or name an entry file that does not run it.',
    why: 'limit',
    place,
  });
}
