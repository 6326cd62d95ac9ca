/** What the language has by itself. A program may change it, and what it has created is still to be read afterwards. */
const { defineProperty, deleteProperty, getOwnPropertyDescriptor, getPrototypeOf, ownKeys } = Reflect;

interface Member {
  readonly key: PropertyKey;
  readonly descriptor: PropertyDescriptor;
}

interface Original {
  readonly object: object;
  readonly members: readonly Member[];
}

const originals: Original[] = [];

/** Notes what objects have, and what is inside of that, as it is before a program runs. */
export function noteIntrinsics(): void {
  const seen = new Set<object>();
  const visit = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      return;
    seen.add(value);
    const keys = ownKeys(value);
    const members = keys.map((key) => ({
      key,
      // A descriptor inherits from what a program can change.
      descriptor: Object.assign(
        Object.create(null),
        getOwnPropertyDescriptor(value, key),
      ) as PropertyDescriptor,
    }));
    originals.push({ object: value, members });
    visit(getPrototypeOf(value));
    for (const { descriptor } of members) for (const each of Object.values(descriptor)) visit(each);
  };
  visit(globalThis);
  visit([][Symbol.iterator]());
  visit(new Map().entries());
}

/** Puts the language back to what it was, with nothing of it until that is done. What a program has made unchangeable stays. */
export function restoreIntrinsics(): void {
  for (let index = 0; index < originals.length; index += 1) {
    const { object, members } = originals[index] as Original;
    for (let at = 0; at < members.length; at += 1) {
      const { key, descriptor } = members[at] as Member;
      defineProperty(object, key, descriptor);
    }
    const keys = ownKeys(object);
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
