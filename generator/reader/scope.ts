import { type Entity, touch } from './journal.ts';
import type { Machine } from './machine.ts';
import type { Module } from './modules/module.ts';
import { birth, choice, type FunctionValue, type ObjectValue, type Value } from './values.ts';

/** A variable. For an import, `live` gives the value that the exporting module has now. */
export interface Binding {
  readonly kind: 'binding';
  value: Value;
  readonly born: number;
  readonly live?: () => Value;
  /** Set for a constant. */
  isFixed?: true;
}

/** What belongs to one call of a function, or one run of a module. Arrow functions share it with the code around them. */
export interface Frame {
  readonly machine: Machine;
  readonly module: Module;
  /** `this`. Calling `super` in a constructor sets it. */
  self: Value;
  readonly home: ObjectValue | null;
  /** The class whose constructor is running. */
  readonly constructing: FunctionValue | null;
  readonly args: readonly Value[];
}

export interface Scope {
  readonly variables: Map<string, Binding>;
  readonly parent: Scope | null;
  readonly frame: Frame;
  /** `var` declarations belong here: the scope of a function or a module. */
  readonly isFunction: boolean;
}

/** A scope inside another. `isFunction` is set for that of a call. */
export function newScope(parent: Scope | null, frame: Frame, isFunction = false): Scope {
  return { variables: new Map(), parent, frame, isFunction };
}

/** The scope of a block, in the same call as the scope around it. */
export function blockScope(parent: Scope): Scope {
  return newScope(parent, parent.frame);
}

/** The variable of a name; null if nothing declares it. */
export function lookUp(scope: Scope, name: string): Binding | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const binding = at.variables.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

/** A new variable. Branches that are being tried do not take back its changes. */
export function newBinding(value: Value): Binding {
  return { kind: 'binding', value, born: birth() };
}

/** Declares a variable, or sets it if the scope has it already: it may be hoisted, or declared twice. */
export function declare(scope: Scope, name: string, value: Value): void {
  const known = scope.variables.get(name);
  if (known === undefined || known.live !== undefined) {
    scope.variables.set(name, newBinding(value));
    return;
  }
  assign(scope.frame.machine, known, value);
}

/** Declares an import. `value` stands for it until somebody reads it. */
export function declareLive(scope: Scope, name: string, live: () => Value, value: Value): void {
  scope.variables.set(name, { kind: 'binding', value, born: birth(), live });
}

/** The scope that a `var` belongs to. */
export function functionScope(scope: Scope): Scope {
  let at = scope;
  while (!at.isFunction && at.parent !== null) at = at.parent;
  return at;
}

/** Sets a variable, so that a branch that is tried can take it back. */
export function assign(machine: Machine, binding: Binding, value: Value): void {
  touch(machine.journal, binding satisfies Entity);
  // Code that is not read may have a function that changes it again.
  const doubt = machine.escaped.get(binding);
  binding.value = doubt === undefined ? value : choice([value, doubt], doubt);
}

/** The value that a variable has now. It may be absent. */
export function read(binding: Binding): Value {
  return binding.live === undefined ? binding.value : binding.live();
}
