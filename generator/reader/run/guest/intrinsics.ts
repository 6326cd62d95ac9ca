/** What the language has by itself. A program may change it, and what it has created is still to be read afterwards. */
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

interface Member {
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

interface Original {
  readonly object: object;
  readonly members: readonly Member[];
  /** Whether the object had nothing else. */
  readonly isWhole: boolean;
}

const originals: Original[] = [];

/** What findings are made with. */
const names = [
  ...['Array', 'Boolean', 'Error', 'Function', 'JSON', 'Map', 'Number', 'Object', 'Proxy'],
  ...['Reflect', 'RegExp', 'Set', 'String', 'Symbol', 'WeakMap', 'WeakSet'],
];

/** Notes what the language is like before a program runs. */
export function noteIntrinsics(): void {
  const note = (object: object, keys: readonly PropertyKey[]): void => {
    const members = keys.map((key) => ({
      key,
      // A descriptor must inherit nothing: a program can change what it would inherit from.
      descriptor: Object.assign(
        Object.create(null),
        getOwnPropertyDescriptor(object, key),
      ) as PropertyDescriptor,
    }));
    originals.push({ object, members, isWhole: object !== globalThis });
  };
  note(globalThis, names);
  const values = names.map((name) => Reflect.get(globalThis, name) as { readonly prototype?: object });
  const iterators = [[].values(), new Map().values(), new Set().values(), ''.matchAll(/x/g)];
  const prototypes = iterators.map((iterator) => getPrototypeOf(iterator));
  const parents = prototypes.map((prototype) => getPrototypeOf(prototype as object));
  const objects = [...values, ...values.map(({ prototype }) => prototype), ...prototypes, ...parents];
  for (const object of new Set(objects)) if (object) note(object, ownKeys(object));
}

/** Puts the language back to what it was. It uses nothing of the language until that is done. */
export function restoreIntrinsics(): void {
  for (let index = 0; index < originals.length; index += 1) {
    const { object, members, isWhole } = originals[index] as Original;
    for (let at = 0; at < members.length; at += 1) {
      const { key, descriptor } = members[at] as Member;
      defineProperty(object, key, descriptor);
    }
    const keys = isWhole ? ownKeys(object) : [];
    for (let at = 0; at < keys.length; at += 1) {
      const key = keys[at] as PropertyKey;
      // Most objects are as they were.
      let isOriginal = members[at]?.key === key;
      for (let other = 0; !isOriginal && other < members.length; other += 1)
        isOriginal = members[other]?.key === key;
      if (!isOriginal) deleteProperty(object, key);
    }
  }
}
