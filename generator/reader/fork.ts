import { apply, applyJoined, type Changes, tryOut } from './journal.ts';
import { type Machine, Thrown } from './machine.ts';
import { truth } from './truth.ts';
import { choice, type UnknownValue, type Value } from './values.ts';

/**
 * Runs branches of which one would be taken, nobody knows which, and leaves everything as far as they
 * agree. A branch that throws is taken to be the one that does not happen; when all do, so does this.
 * The results are those of the branches that came to an end.
 */
export function fork<Result>(
  machine: Machine,
  why: UnknownValue,
  branches: readonly (() => Result)[],
): Result[] {
  const ended: { result: Result; changes: Changes }[] = [];
  let thrown: Thrown | null = null;
  for (const branch of branches) {
    const results: Result[] = [];
    const { depth } = machine;
    const changes = tryOut(machine.journal, () => {
      try {
        results.push(branch());
      } catch (error) {
        if (!(error instanceof Thrown)) throw error;
        machine.depth = depth;
        thrown ??= error;
      }
    });
    for (const result of results) ended.push({ result, changes });
  }
  if (thrown !== null) machine.risks.push(why);
  const [only] = ended;
  if (only === undefined && thrown !== null) throw thrown;
  if (ended.length === 1 && only !== undefined) apply(machine.journal, only.changes);
  else {
    applyJoined(
      machine.journal,
      ended.map(({ changes }) => changes),
      why,
    );
  }
  return ended.map(({ result }) => result);
}

/** Runs something that may or may not happen. */
export function perhaps<Result>(machine: Machine, why: UnknownValue, run: () => Result): Result | null {
  return fork<Result | null>(machine, why, [run, () => null])[0] ?? null;
}

/** The value of one branch or the other, as the condition says; of both where that is unknown. */
export function either(machine: Machine, condition: Value, ifTrue: () => Value, ifFalse: () => Value): Value {
  const known = truth(condition);
  if (known === true) return ifTrue();
  if (known === false) return ifFalse();
  return choice(fork(machine, known, [ifTrue, ifFalse]), known);
}

/** Does with each option of a choice what it would do with a plain value. */
export function forEachOption(machine: Machine, value: Value, run: (option: Value) => Value): Value {
  if (value.kind !== 'choice') return run(value);
  return choice(
    fork(
      machine,
      value.why,
      value.options.map((option) => () => run(option)),
    ),
    value.why,
  );
}
