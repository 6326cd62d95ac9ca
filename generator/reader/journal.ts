import { joinRegistries, type Registry } from './registry.ts';
import type { Binding } from './scope.ts';
import {
  type ArrayValue,
  absentValue,
  birth,
  choice,
  type ObjectValue,
  type Property,
  restBelow,
  type UnknownValue,
} from './values.ts';

/**
 * Everything that a program can change. Before each change `touch` notes the former state, so that a
 * branch whose condition is unknown can be tried, taken back, and joined with the other branch.
 */
export type Entity = Binding | ObjectValue | ArrayValue | Registry;

/** What can change of each. */
type ObjectState = Pick<ObjectValue, 'kind' | 'properties' | 'rests' | 'proto' | 'constructedWith'>;
type ArrayState = Pick<ArrayValue, 'kind' | 'elements' | 'open'>;
type State = Pick<Binding, 'kind' | 'value'> | ObjectState | ArrayState | Pick<Registry, 'kind' | 'entries'>;

export interface Journal {
  /** The branches being tried, the innermost last. */
  readonly trials: Trial[];
  readonly watchers: Set<Watcher>;
}

/** Notes what is changed that is older than the watcher. */
export interface Watcher {
  readonly since: number;
  readonly seen: Set<Entity>;
}

/** What code changes of what is older, except for the lists that it creates. */
export function watch(journal: Journal, run: () => void): ReadonlySet<Entity> {
  const watcher: Watcher = { since: birth(), seen: new Set() };
  journal.watchers.add(watcher);
  try {
    run();
  } finally {
    journal.watchers.delete(watcher);
  }
  return watcher.seen;
}

interface Trial {
  /** What is born later is made in the branch itself, and need not be taken back. */
  readonly startedAt: number;
  /** The former states of what the branch has changed so far. */
  readonly before: Map<Entity, State>;
}

/** The states before and after a branch, of everything that it changed. */
export interface Changes {
  readonly before: ReadonlyMap<Entity, State>;
  readonly after: ReadonlyMap<Entity, State>;
}

/** To be called before an entity is changed. */
export function touch(journal: Journal, entity: Entity): void {
  for (const watcher of journal.watchers) {
    if (entity.born > 0 && entity.born <= watcher.since) watcher.seen.add(entity);
  }
  const trial = journal.trials.at(-1);
  if (trial === undefined || entity.born > trial.startedAt || trial.before.has(entity)) return;
  trial.before.set(entity, copyOf(entity));
}

/** Runs a branch, takes back all that it changed, and gives the changes. `run` must not throw. */
export function tryOut(journal: Journal, run: () => void): Changes {
  const before = new Map<Entity, State>();
  journal.trials.push({ startedAt: birth(), before });
  try {
    run();
  } finally {
    journal.trials.pop();
  }
  const after = new Map<Entity, State>();
  for (const [entity, state] of before) {
    after.set(entity, copyOf(entity));
    restore(entity, state);
  }
  return { before, after };
}

/** Makes the changes of a branch that was tried out after all. */
export function apply(journal: Journal, { after }: Changes): void {
  for (const [entity, state] of after) {
    touch(journal, entity);
    restore(entity, state);
  }
}

/** Leaves everything in the state in which one of the branches left it. */
export function applyJoined(journal: Journal, branches: readonly Changes[], why: UnknownValue): void {
  const before = new Map(branches.flatMap((branch) => [...branch.before]));
  for (const [entity, former] of before) {
    touch(journal, entity);
    const states = branches.map((branch) => branch.after.get(entity) ?? former);
    restore(entity, joinStates(former, states, why));
  }
}

function copyOf(state: State): State {
  switch (state.kind) {
    case 'binding':
      return { kind: 'binding', value: state.value };
    case 'object': {
      const { kind, rests, proto, constructedWith } = state;
      return { kind, properties: new Map(state.properties), rests, proto, constructedWith };
    }
    case 'array':
      return { kind: 'array', elements: [...state.elements], open: state.open };
    case 'registry':
      return { kind: 'registry', entries: [...state.entries] };
  }
}

function restore(entity: Entity, state: State): void {
  Object.assign(entity, copyOf(state));
}

function joinStates(former: State, states: readonly State[], why: UnknownValue): State {
  switch (former.kind) {
    case 'binding': {
      const values = ofKind(states, former.kind).map(({ value }) => value);
      return { kind: 'binding', value: choice(values, why) };
    }
    case 'object':
      return joinObjects(ofKind(states, former.kind), why);
    case 'array':
      return joinArrays(ofKind(states, former.kind), why);
    case 'registry': {
      const entries = ofKind(states, former.kind).map((state) => state.entries);
      return { kind: 'registry', entries: [...joinRegistries(former.entries, entries, why)] };
    }
  }
}

type StateOf<Kind extends State['kind']> = Extract<State, { kind: Kind }>;

function ofKind<Kind extends State['kind']>(states: readonly State[], kind: Kind): StateOf<Kind>[] {
  return states.filter((state): state is StateOf<Kind> => state.kind === kind);
}

function joinObjects(states: readonly ObjectState[], why: UnknownValue): ObjectState {
  const properties = new Map<string, Property>();
  for (const name of new Set(states.flatMap((state) => [...state.properties.keys()]))) {
    const all = states.map((state) => state.properties.get(name));
    const known = all.find((property) => property !== undefined);
    if (known === undefined) continue;
    const values = all.map((property) => property?.value ?? absentValue);
    const isSame = all.every((property) => property === known);
    properties.set(name, isSame ? known : { ...known, value: choice(values, why) });
  }
  const rests = [...new Set(states.flatMap((state) => state.rests))];
  const [proto, ...others] = new Set(states.map((state) => state.proto));
  // An object may have what the prototype has that only one branch gave it.
  if (others.length > 0) rests.unshift(restBelow(why));
  const constructedWith = states[0]?.constructedWith ?? [];
  return { kind: 'object', properties, rests, proto: proto ?? null, constructedWith };
}

function joinArrays(states: readonly ArrayState[], why: UnknownValue): ArrayState {
  const longest = Math.max(...states.map(({ elements }) => elements.length));
  const elements = Array.from({ length: longest }, (_, index) => {
    const each = states.map((state) => state.elements[index] ?? absentValue);
    return choice(each, why);
  });
  return { kind: 'array', elements, open: states.find(({ open }) => open !== null)?.open ?? null };
}
