import { joinRegistries, type RegisteredList, type Registry } from './registry.ts';
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
  type Value,
} from './values.ts';

/**
 * Everything that a program can change. Before each change `touch` notes the former state, so that a
 * branch whose condition is unknown can be tried, taken back, and joined with the other branch.
 */
export type Entity = Binding | ObjectValue | ArrayValue | Registry;

type State =
  | { readonly kind: 'binding'; readonly value: Value }
  | {
      readonly kind: 'object';
      readonly properties: ReadonlyMap<string, Property>;
      readonly object: ObjectState;
    }
  | { readonly kind: 'array'; readonly elements: readonly Value[]; readonly open: UnknownValue | null }
  | { readonly kind: 'registry'; readonly entries: readonly RegisteredList[] };

type ObjectState = Pick<ObjectValue, 'rests' | 'proto' | 'constructedWith'>;

export interface Journal {
  /** The branches being tried, the innermost last. */
  readonly trials: Trial[];
  /** Those who want to know of changes. */
  readonly watchers: Set<Watcher>;
}

/** Notes whether something is changed that is older than the watcher. */
export interface Watcher {
  readonly since: number;
  isOn: boolean;
  readonly seen: Set<Entity>;
}

/** What is older and changes while code runs, lists that are created apart. */
export function watch(journal: Journal, run: () => void): ReadonlySet<Entity> {
  const watcher: Watcher = { since: birth(), isOn: true, seen: new Set() };
  journal.watchers.add(watcher);
  try {
    run();
  } finally {
    journal.watchers.delete(watcher);
  }
  return watcher.seen;
}

interface Trial {
  /** What is born later is made in the branch itself: nothing of it has to be taken back. */
  readonly startedAt: number;
  /** The former states of what the branch has changed so far. */
  readonly before: Map<Entity, State>;
}

/** What a branch did: the states before and after, of all that it changed. */
export interface Changes {
  readonly before: ReadonlyMap<Entity, State>;
  readonly after: ReadonlyMap<Entity, State>;
}

/** To be called before an entity is changed. */
export function touch(journal: Journal, entity: Entity): void {
  for (const watcher of journal.watchers) {
    if (watcher.isOn && entity.born > 0 && entity.born <= watcher.since) watcher.seen.add(entity);
  }
  const trial = journal.trials.at(-1);
  if (trial === undefined || entity.born > trial.startedAt || trial.before.has(entity)) return;
  trial.before.set(entity, stateOf(entity));
}

/** Whether the innermost branch that is being tried has changed nothing so far. */
export function changesNothing(journal: Journal): boolean {
  return journal.trials.at(-1)?.before.size === 0;
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
    after.set(entity, stateOf(entity));
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

/** Leaves everything in the state that one of the branches left it in, as far as that can be told. */
export function applyJoined(journal: Journal, branches: readonly Changes[], why: UnknownValue): void {
  const before = new Map(branches.flatMap((branch) => [...branch.before]));
  for (const [entity, former] of before) {
    touch(journal, entity);
    const states = branches.map((branch) => branch.after.get(entity) ?? former);
    restore(entity, joinStates(former, states, why));
  }
}

function stateOf(entity: Entity): State {
  switch (entity.kind) {
    case 'binding':
      return { kind: 'binding', value: entity.value };
    case 'object': {
      const { rests, proto, constructedWith } = entity;
      return {
        kind: 'object',
        properties: new Map(entity.properties),
        object: { rests, proto, constructedWith },
      };
    }
    case 'array':
      return { kind: 'array', elements: [...entity.elements], open: entity.open };
    case 'registry':
      return { kind: 'registry', entries: [...entity.entries] };
  }
}

function restore(entity: Entity, state: State): void {
  if (entity.kind === 'binding' && state.kind === 'binding') {
    entity.value = state.value;
  } else if (entity.kind === 'object' && state.kind === 'object') {
    entity.properties = new Map(state.properties);
    Object.assign(entity, state.object);
  } else if (entity.kind === 'array' && state.kind === 'array') {
    entity.elements = [...state.elements];
    entity.open = state.open;
  } else if (entity.kind === 'registry' && state.kind === 'registry') {
    entity.entries = [...state.entries];
  }
}

function joinStates(former: State, states: readonly State[], why: UnknownValue): State {
  switch (former.kind) {
    case 'binding':
      return {
        kind: 'binding',
        value: choice(
          ofKind(states, 'binding').map(({ value }) => value),
          why,
        ),
      };
    case 'object':
      return joinObjects(ofKind(states, 'object'), why) ?? former;
    case 'array':
      return joinArrays(ofKind(states, 'array'), why);
    case 'registry':
      return {
        kind: 'registry',
        entries: joinRegistries(
          former.entries,
          ofKind(states, 'registry').map(({ entries }) => entries),
          why,
        ),
      };
  }
}

function ofKind<Kind extends State['kind']>(
  states: readonly State[],
  kind: Kind,
): Extract<State, { kind: Kind }>[] {
  return states.filter((state): state is Extract<State, { kind: Kind }> => state.kind === kind);
}

function joinObjects(states: readonly Extract<State, { kind: 'object' }>[], why: UnknownValue): State | null {
  const [first] = states;
  if (first === undefined) return null;
  const properties = new Map<string, Property>();
  for (const name of new Set(states.flatMap((state) => [...state.properties.keys()]))) {
    const all = states.map((state) => state.properties.get(name));
    const known = all.find((property) => property !== undefined);
    if (known === undefined) continue;
    const value = choice(
      all.map((property) => property?.value ?? absentValue),
      why,
    );
    properties.set(name, all.every((property) => property === known) ? known : { ...known, value });
  }
  const rests = [...new Set(states.flatMap((state) => state.object.rests))];
  // What a prototype has that only one branch gave the object, it may have or not.
  if (states.some(({ object }) => object.proto !== first.object.proto)) rests.unshift(restBelow(why));
  return { kind: 'object', properties, object: { ...first.object, rests } };
}

function joinArrays(states: readonly Extract<State, { kind: 'array' }>[], why: UnknownValue): State {
  const longest = Math.max(...states.map(({ elements }) => elements.length));
  const elements = Array.from({ length: longest }, (_, index) =>
    choice(
      states.map((state) => state.elements[index] ?? absentValue),
      why,
    ),
  );
  return { kind: 'array', elements, open: states.find(({ open }) => open !== null)?.open ?? null };
}
