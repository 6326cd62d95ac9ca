import { iterate } from '../iterate.ts';
import { longestLoop, mostDoubtfulCalls, reportEndless } from '../machine.ts';
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
import { assignPattern, bindPattern } from './assignments.ts';
import { andThen, type Completion, normal, oneOf, without } from './completion.ts';
import { evaluate, placeOf } from './expression.ts';
import { declareVariables, runStatements } from './statements.ts';

type LoopOver = ts.ForOfStatement | ts.ForInStatement;
type LoopWhile = ts.ForStatement | ts.WhileStatement | ts.DoStatement;

/** Whether a statement is one of those that `runLoop` runs. */
export function isLoop(node: ts.Node): node is LoopOver | LoopWhile {
  return ts.isIterationStatement(node, false);
}

/** Runs a loop. */
export function runLoop(node: LoopOver | LoopWhile, scope: Scope): Completion {
  const isOver = ts.isForOfStatement(node) || ts.isForInStatement(node);
  return without('break', isOver ? runOver(node, scope) : runWhile(node, scope));
}

/** Runs a loop over elements or names. One that changes what it runs over may miss some of it. */
function runOver(node: LoopOver, scope: Scope): Completion {
  const { machine } = scope.frame;
  const place = placeOf(node.expression, scope);
  const value = evaluate(node.expression, scope);
  const elements = ts.isForOfStatement(node) ? iterate(machine, value, place) : keysOf(value, place);
  const before = sizeOf(value);
  const end = runRounds(elements, node, scope);
  if (sizeOf(value) !== before) reportChanged(machine, 'what the loop runs over', placeOf(node, scope));
  return end;
}

function sizeOf(value: Value): number {
  return value.kind === 'object' ? value.properties.size + (value.inside?.entries.elements.length ?? 0) : 0;
}

/** The names that `for…in` gives, including those of the prototypes. */
function keysOf(object: Value, place: Place): ArrayValue {
  if (object.kind !== 'object') {
    return newArray([], place, reasonOf(object, place) ?? limit('its names are not followed', place));
  }
  const keys = new Map<string, Value>();
  let open: UnknownValue | null = null;
  for (let at: ObjectValue | null = object; at !== null; at = at.proto) {
    for (const name of ownNames(at)) {
      const value = at.properties.get(name)?.value ?? absentValue;
      const key = mayBeAbsent(value) ? choice([primitive(name), absentValue], value.why) : primitive(name);
      if (!keys.has(name)) keys.set(name, key);
    }
    const rest = at.rests[0]?.value ?? at.base;
    if (rest !== null) open ??= whyRest(rest, place);
  }
  return newArray([...keys.values()], place, open);
}

/** Runs the body for each element, and perhaps for those that may not be there. */
function runRounds(array: ArrayValue, node: LoopOver, scope: Scope): Completion {
  const { machine } = scope.frame;
  const body = (element: Value): Completion => {
    const inner = blockScope(scope);
    bindElement(node.initializer, whenPresent(element), inner);
    return without('continue', runStatements([node.statement], inner));
  };
  const perhaps = (element: Value, why: UnknownValue): Completion =>
    oneOf(machine, why, [() => body(element), () => normal]);
  const runFrom = (start: number): Completion => {
    for (let index = start; index < array.elements.length; index += 1) {
      const element = array.elements[index] ?? absentValue;
      const completion = mayBeAbsent(element) ? perhaps(element, element.why) : body(element);
      if (completion.kind !== 'normal') return andThen(machine, completion, () => runFrom(index + 1));
    }
    return array.open === null ? normal : perhaps(array.open, array.open);
  };
  return runFrom(0);
}

function bindElement(initializer: ts.ForInitializer, element: Value, scope: Scope): void {
  if (!ts.isVariableDeclarationList(initializer)) {
    assignPattern(scope, initializer, element);
    return;
  }
  const isVar = (initializer.flags & ts.NodeFlags.BlockScoped) === 0;
  for (const { name } of initializer.declarations) bindPattern(scope, name, element, undefined, isVar);
}

function runWhile(node: LoopWhile, scope: Scope): Completion {
  const { machine } = scope.frame;
  const { created } = machine;
  const place = placeOf(node, scope);
  const outer = blockScope(scope);
  const start = ts.isForStatement(node) ? node.initializer : undefined;
  if (start !== undefined && ts.isVariableDeclarationList(start)) declareVariables(start, outer);
  else if (start !== undefined) evaluate(start, outer);
  const condition = ts.isForStatement(node) ? node.condition : node.expression;
  let round = 0;
  let doubts = 0;
  /** Runs the rounds that are left, as far as it is known that there are any. */
  const runRest = (): Completion => {
    for (; round < longestLoop; round += 1) {
      if (doubts > mostDoubtfulCalls) {
        // What a counting loop leaves out may be anything, but a loop that waits repeats itself.
        const severity = ts.isForStatement(node) || machine.created > created ? 'error' : 'warning';
        const message = 'How often this loop runs is unknown; only its first iterations are followed.';
        reportEndless(machine, message, place, severity);
        return normal;
      }
      const inner = copyVariables(outer);
      const isCertain = condition === undefined || (ts.isDoStatement(node) && round === 0);
      const holds = isCertain || truth(evaluate(condition, inner));
      if (holds === false) return normal;
      const body = () => without('continue', runStatements([node.statement], blockScope(inner)));
      const goOn = (completion: Completion): Completion => {
        if (completion.kind === 'partial') doubts += 1;
        return andThen(machine, completion, () => {
          toNextRound(inner);
          round += 1;
          return runRest();
        });
      };
      if (holds !== true) {
        doubts += 1;
        return oneOf(machine, holds, [() => goOn(body()), () => normal]);
      }
      const completion = body();
      if (completion.kind !== 'normal') return goOn(completion);
      toNextRound(inner);
    }
    const message = `The loop here runs more than ${longestLoop} times; it is treated as endless.`;
    reportEndless(machine, message, place, 'error');
    return normal;
  };
  const toNextRound = (inner: Scope): void => {
    for (const [name, { value }] of inner.variables) outer.variables.set(name, newBinding(value));
    if (ts.isForStatement(node) && node.incrementor !== undefined) evaluate(node.incrementor, outer);
  };
  return runRest();
}

/** Each round has its own copy of the loop's variables, for the closures made in it. */
function copyVariables(outer: Scope): Scope {
  const inner = blockScope(outer);
  for (const [name, { value }] of outer.variables) inner.variables.set(name, newBinding(value));
  return inner;
}
