/**
 * Stand-ins for what is not read. One can be called, constructed, iterated, awaited and read at any depth. The results are
 * stand-ins too. It notes its use. A string made from one carries a mark, so a name or ref that a package decides is
 * recognized.
 */
import { doubt, meet, meetings } from './world.ts';

/** What a stand-in stands for. A harmless one decides nothing about lists, such as parts of Keystone. */
export interface Origin {
  readonly kind: 'package' | 'file' | 'other' | 'harmless';
  readonly name: string;
}

const mark = '\u{1F6A7}outside\u{1F6A7}';
/** By stand-in. */
const origins = new WeakMap<object, Origin>();
/** What received a value and may have changed it. */
const holders = new WeakMap<object, Origin>();

/** Instances of Keystone, and lists: code that has one can create lists. */
export const creators = new WeakSet<object>();

/** What decides about a value; null if it is known. */
export function outsideOf(value: unknown): Origin | null {
  if (typeof value === 'string') return value.includes(mark) ? { kind: 'other', name: 'a package' } : null;
  const origin = isObject(value) ? origins.get(value) : undefined;
  return origin === undefined || origin.kind === 'harmless' ? null : origin;
}

/** Whether a value is a stand-in, harmless or not. */
export function isStandIn(value: unknown): boolean {
  return isObject(value) && origins.has(value);
}

/** What received the value and may have changed it. */
export function holderOf(value: unknown): Origin | null {
  return (isObject(value) ? holders.get(value) : undefined) ?? null;
}

export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Makes a stand-in. With `isResult` it is the result of a promise, and no promise itself. */
export function inert(origin: Origin, isResult = false): never {
  const { kind, name } = origin;
  const isRich = kind !== 'harmless' && meetings.world === 'rich';
  const note = (): void => {
    if (kind !== 'harmless') meet(kind, name);
  };
  const asText = (): string => {
    note();
    return kind === 'harmless' ? '' : mark;
  };
  const members: Record<PropertyKey, unknown> = {
    *[Symbol.iterator]() {
      note();
      if (isRich) yield inert(origin);
    },
    async *[Symbol.asyncIterator]() {
      note();
      if (isRich) yield inert(origin, true);
    },
    [Symbol.toPrimitive]: (hint: string) => (hint === 'number' ? Number.NaN : asText()),
    [Symbol.toStringTag]: undefined,
    [Symbol.isConcatSpreadable]: undefined,
    [Symbol.unscopables]: undefined,
    toString: asText,
    toJSON: asText,
    // Compiled modules ask for it. Every import of a package is then a member of it, also the default.
    __esModule: true,
    // biome-ignore lint/suspicious/noThenProperty: a stand-in can be awaited.
    then: isResult
      ? undefined
      : (done?: (value: unknown) => unknown) => Promise.resolve(inert(origin, true)).then(done),
  };
  Object.setPrototypeOf(members, null);
  const use = (args: readonly unknown[]): void => {
    note();
    for (const arg of kind === 'harmless' ? [] : args) giveAway(arg, origin, 4);
    // A package may call the functions that it receives, at once and with anything.
    for (const arg of isRich ? args : []) {
      if (typeof arg === 'function' && !origins.has(arg) && !isClass(arg))
        arg(inert(origin), inert(origin), inert(origin));
    }
  };
  const proxy: object = new Proxy(function standIn() {}, {
    get(_target, key) {
      if (!(key in members)) members[key] = inert(origin);
      return members[key];
    },
    set(_target, key, value) {
      members[key] = value;
      return true;
    },
    has: () => true,
    ownKeys() {
      note();
      return ['prototype', 'default', ...(isRich ? ['outside'] : [])];
    },
    getOwnPropertyDescriptor(target, key) {
      // Compiled modules copy the exports of a package by name, also the default.
      if (key !== 'outside' && key !== 'default') return Reflect.getOwnPropertyDescriptor(target, key);
      return { value: inert(origin), enumerable: key === 'outside', configurable: true, writable: true };
    },
    apply(_target, _self, args: unknown[]) {
      use(args);
      return inert(origin);
    },
    construct(_target, args: unknown[], newTarget) {
      use(args);
      // A class of the project that extends this one has members of its own.
      return newTarget === proxy ? inert(origin) : Object.create(newTarget.prototype as object);
    },
  });
  origins.set(proxy, origin);
  return proxy as never;
}

/** Whether a function is a class, which cannot be called. */
export const isClass = (value: unknown): boolean => /^class\b/.test(String(value));

/** Remembers what a package receives, as deep as it matters: it may change configs and create lists. */
function giveAway(value: unknown, origin: Origin, depth: number): void {
  if (!isObject(value) || origins.has(value) || holders.has(value)) return;
  if (creators.has(value)) doubt(`${describe(origin)} is given the Keystone instance`);
  else holders.set(value, origin);
  if (creators.has(value) || depth === 0 || typeof value === 'function') return;
  for (const property of Object.values(Object.getOwnPropertyDescriptors(value)))
    if (property.enumerable) giveAway(property.value, origin, depth - 1);
}

/** A stand-in as the subject of a sentence. */
export function describe({ kind, name }: Origin): string {
  if (kind === 'package') return `the package '${name}'`;
  return kind === 'file' ? `the missing file '${name}'` : name;
}
