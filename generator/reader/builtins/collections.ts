import { callValue } from '../evaluate/functions.ts';
import { forEachOption, fork } from '../fork.ts';
import { iterate } from '../iterate.ts';
import { touch } from '../journal.ts';
import type { Call } from '../machine.ts';
import { reasonOf } from '../members.ts';
import { strictlyEqual } from '../truth.ts';
import {
  type ArrayValue,
  absentValue,
  booleanValue,
  choice,
  isNullish,
  limit,
  newArray,
  newObject,
  presentOr,
  same,
  type UnknownValue,
  undefinedValue,
  type Value,
  withoutTruth,
} from '../values.ts';
import { argument, membersOf } from './call.ts';
import { newGenerator } from './generator.ts';

/** `new Map(pairs)` and `new Set(values)`: an object with its entries in order. */
export function makeCollection(call: Call, of: 'map' | 'set'): Value {
  const entries = newArray([], call.place);
  const made: Value = { ...newObject(call.place), inside: { of, entries } };
  const source = argument(call, 0);
  if (isNullish(source)) return made;
  const { elements, open } = iterate(call.machine, source, call.place);
  entries.open = open;
  for (const element of elements) {
    // What may be one entry or another, or none, stays what it is.
    if (element.kind === 'choice') {
      if (of === 'set') doubt(entries, element, false);
      entries.elements.push(element);
    } else if (of === 'set') put(call, entries, element, element);
    else if (element.kind === 'array') put(call, entries, keyOf(element), element);
    else entries.open ??= reasonOf(element, call.place) ?? limit('the entry is not known', call.place);
  }
  return made;
}

/** The key of an entry that is no choice: of a pair in a Map, or the entry of a Set itself. */
function keyOf(entry: Value): Value {
  return entry.kind === 'array' ? presentOr(entry.elements[0] ?? undefinedValue) : entry;
}

/** What a Map has under the key of an entry that is no choice. */
function contentOf(entry: Value): Value {
  return entry.kind === 'array' ? presentOr(entry.elements[1] ?? undefinedValue) : entry;
}

/** What an entry can be, one by one: after a branch that may not be taken it can be one pair or another, or none. */
function optionsIn(entry: Value): readonly Value[] {
  return entry.kind === 'choice' ? entry.options : [entry];
}

/** Does something with each thing that an entry can be; what is absent stays so. */
function eachOption(entry: Value, run: (option: Value) => Value): Value {
  const each = (option: Value) => (option.kind === 'absent' ? option : run(option));
  return entry.kind === 'choice' ? choice(entry.options.map(each), entry.why) : each(entry);
}

/** Whether what an entry can be has the key. */
function hasKey(option: Value, key: Value, isMap: boolean): boolean | UnknownValue {
  const own = isMap ? keyOf(option) : option;
  return option.kind !== 'absent' && (same(own, key) || strictlyEqual(own, key));
}

interface Found {
  /** What the entry with the key can be. */
  readonly entries: readonly Value[];
  /** Whether there is one in any case. */
  readonly isSure: boolean;
  /** Why there may be several, or none; null where there is no doubt. */
  readonly why: UnknownValue | null;
}

function find({ elements, open }: ArrayValue, key: Value, isMap: boolean): Found {
  const found: Value[] = [];
  let isSure = false;
  let why: UnknownValue | null = null;
  for (const entry of elements) {
    const options = optionsIn(entry);
    const answers = options.map((option) => hasKey(option, key, isMap));
    if (answers.every((answer) => answer === false)) continue;
    found.push(...options.filter((_, index) => answers[index] !== false));
    if (answers.every((answer) => answer === true)) isSure = true;
    const unknown = answers.find((answer) => typeof answer !== 'boolean') ?? null;
    why ??= entry.kind === 'choice' ? entry.why : (unknown as UnknownValue | null);
  }
  return { entries: found, isSure, why: isSure ? why : (why ?? open) };
}

/** Each entry that may have the key of a new one may be that one from now on, and then there is none of it beside. */
function doubt(entries: ArrayValue, entry: Value, isMap: boolean): UnknownValue | null {
  let why: UnknownValue | null = null;
  entries.elements = entries.elements.map((each) => {
    const answers = optionsIn(each).flatMap((option) =>
      optionsIn(entry).map((other) => hasKey(option, isMap ? keyOf(other) : other, isMap)),
    );
    const unknown = answers.find((answer) => typeof answer !== 'boolean');
    const known = unknown ?? (answers.includes(true) && each.kind === 'choice' ? each.why : undefined);
    if (typeof known !== 'object') return each;
    why ??= known;
    return choice([each, entry, absentValue], known);
  });
  return why;
}

function put(call: Call, entries: ArrayValue, key: Value, entry: Value): void {
  const isMap = entry !== key;
  touch(call.machine.journal, entries);
  // One that may not be there, but has the key if it is, is there from now on.
  const at = entries.elements.findIndex((each) =>
    optionsIn(each).every((option) => option.kind === 'absent' || hasKey(option, key, isMap) === true),
  );
  if (at >= 0) {
    entries.elements[at] = entry;
    return;
  }
  const why = doubt(entries, entry, isMap);
  entries.elements.push(why === null ? entry : choice([entry, absentValue], why));
}

function withEntries(call: Call, run: (entries: ArrayValue, isMap: boolean) => Value): Value {
  const inside = call.self.kind === 'object' ? call.self.inside : null;
  return inside === null || inside.of === 'promise' || inside.of === 'generator'
    ? limit('the collection is not known', call.place)
    : run(inside.entries, inside.of === 'map');
}

function part(call: Call, of: (entry: Value) => Value): Value {
  return withEntries(call, ({ elements, open }, isMap) => {
    const items = elements.map((entry) => (isMap ? eachOption(entry, of) : entry));
    return newGenerator(items, call.place, open);
  });
}

function get(call: Call): Value {
  return withEntries(call, (entries) => {
    const { entries: found, isSure, why } = find(entries, argument(call, 0), true);
    const values = found.map(contentOf);
    if (why === null) return values[0] ?? undefinedValue;
    if (isSure) return choice(values, why);
    return choice([...values, entries.open ?? undefinedValue], why);
  });
}

/** Leaves out the entry with a key; one that may have it may be gone. */
function without(entry: Value, key: Value, isMap: boolean): Value {
  return eachOption(entry, (option) => {
    const equal = hasKey(option, key, isMap);
    if (typeof equal !== 'boolean') return choice([option, absentValue], equal);
    return equal ? absentValue : option;
  });
}

function forEach(call: Call): Value {
  return withEntries(call, ({ elements, open }, isMap) => {
    const run = (entry: Value) => {
      const args = isMap ? [contentOf(entry), keyOf(entry), call.self] : [entry, entry, call.self];
      return callValue(call.machine, argument(call, 0), args, argument(call, 1), call.place);
    };
    for (const entry of elements) {
      forEachOption(call.machine, entry, (option) =>
        option.kind === 'absent' ? undefinedValue : run(option),
      );
    }
    if (open !== null) fork(call.machine, open, [() => run(open), () => undefinedValue]);
    return undefinedValue;
  });
}

const whether = (call: Call) =>
  withEntries(call, (entries, isMap) => {
    const { isSure, why } = find(entries, argument(call, 0), isMap);
    return isSure || why === null ? booleanValue(isSure) : withoutTruth(why);
  });

export const collectionMembers: ReadonlyMap<string, Value> = membersOf(
  'Collection',
  {
    set: (call) =>
      withEntries(call, (entries) => {
        put(call, entries, argument(call, 0), newArray([argument(call, 0), argument(call, 1)], call.place));
        return call.self;
      }),
    add: (call) =>
      withEntries(call, (entries) => {
        put(call, entries, argument(call, 0), argument(call, 0));
        return call.self;
      }),
    get,
    has: whether,
    delete: (call) =>
      withEntries(call, (entries, isMap) => {
        const wasThere = whether(call);
        touch(call.machine.journal, entries);
        entries.elements = entries.elements
          .map((entry) => without(entry, argument(call, 0), isMap))
          .filter((entry) => entry.kind !== 'absent');
        return wasThere;
      }),
    keys: (call) => part(call, keyOf),
    values: (call) => part(call, contentOf),
    entries: (call) =>
      withEntries(call, ({ elements, open }, isMap) => {
        const pair = (entry: Value) => newArray([entry, entry], call.place);
        return newGenerator(
          isMap ? elements : elements.map((entry) => eachOption(entry, pair)),
          call.place,
          open,
        );
      }),
    forEach,
  },
  { takesChoices: true },
);
