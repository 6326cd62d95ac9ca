/**
 * Stand-ins for what is not read. One can be called, constructed, iterated, awaited and read at any depth, and what comes of
 * that is a stand-in as well; it notes that it was used. Text that is made of one carries a mark, so that a name or a ref
 * that a package decides about is known as such.
 */
import { doubt, meet, meetings } from './world.ts';

/** What a stand-in stands for: part of a package or file that nobody reads, or of Keystone's, which decides nothing. */
export interface Origin {
  readonly kind: 'package' | 'file' | 'other' | 'keystone';
  readonly name: string;
}

const mark = '\u{1F6A7}outside\u{1F6A7}';
/** By stand-in. */
const origins = new WeakMap<object, Origin>();
/** What a stand-in was given and could have changed. */
const givenAway = new WeakMap<object, Origin>();

/** Instances of Keystone, and lists: whoever is given one can create lists. */
const creators = new WeakSet<object>();

/** Remembers that lists can be created with a value. */
export function noteCreator(value: object): void {
  creators.add(value);
}

/** What a value stands for; null where it is a value of the project or of Keystone. */
export function outsideOf(value: unknown): Origin | null {
  if (typeof value === 'string') return value.includes(mark) ? { kind: 'other', name: 'a package' } : null;
  const origin = isObject(value) ? origins.get(value) : undefined;
  return origin === undefined || origin.kind === 'keystone' ? null : origin;
}

/** Whether a value is a stand-in, also one for what Keystone has that decides nothing. */
export function isStandIn(value: unknown): boolean {
  return isObject(value) && origins.has(value);
}

/** What was given the value, and may have changed it; null where nothing was. */
export function holderOf(value: unknown): Origin | null {
  return (isObject(value) ? givenAway.get(value) : undefined) ?? null;
}

export function isObject(value: unknown): value is Record<PropertyKey, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Makes a stand-in. With `isResult` it is what a promise has resolved to, and no promise in turn. */
export function inert(origin: Origin, isResult = false): never {
  const own = new Map<PropertyKey, unknown>();
  const isOutside = origin.kind !== 'keystone';
  const isRich = (): boolean => isOutside && meetings.world === 'rich';
  const note = (): void => {
    if (isOutside) meet(origin.kind as 'package', origin.name);
  };
  const asText = (): string => {
    note();
    return isOutside ? mark : '';
  };
  const known = new Map<PropertyKey, unknown>([
    [
      Symbol.iterator,
      function* () {
        note();
        if (isRich()) yield inert(origin);
      },
    ],
    [
      Symbol.asyncIterator,
      async function* () {
        note();
        if (isRich()) yield inert(origin, true);
      },
    ],
    [Symbol.toPrimitive, (hint: string) => (hint === 'number' ? Number.NaN : asText())],
    [Symbol.toStringTag, undefined],
    [Symbol.isConcatSpreadable, undefined],
    [Symbol.unscopables, undefined],
    ['toString', asText],
    ['toJSON', asText],
    // Compiled modules ask for it: what is imported of a package is then a member of it, the default as well.
    ['__esModule', true],
    [
      'then',
      isResult
        ? undefined
        : (done?: (value: unknown) => unknown) => Promise.resolve(inert(origin, true)).then(done),
    ],
  ]);
  const use = (args: readonly unknown[]): void => {
    note();
    if (isOutside) giveAway(args, origin);
    if (isRich()) callBack(args, origin);
  };
  const proxy: object = new Proxy(function standIn() {}, {
    get(_target, key) {
      if (own.has(key)) return own.get(key);
      const member = known.has(key) ? known.get(key) : inert(origin);
      own.set(key, member);
      return member;
    },
    set(_target, key, value) {
      own.set(key, value);
      return true;
    },
    has: () => true,
    ownKeys() {
      note();
      return ['prototype', 'default', ...(isRich() ? ['outside'] : [])];
    },
    getOwnPropertyDescriptor(target, key) {
      // Compiled modules copy what a package exports, the default as well, by its names.
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

/** Packages may call the functions that they are given, at once and with anything. */
function callBack(args: readonly unknown[], origin: Origin): void {
  for (const arg of args) {
    if (typeof arg !== 'function' || origins.has(arg) || /^class\b/.test(String(arg))) continue;
    arg(inert(origin), inert(origin), inert(origin));
  }
}

/** Remembers what a package is given, as deep as it matters: it may change configs, and create lists. */
function giveAway(args: readonly unknown[], origin: Origin): void {
  const visit = (value: unknown, depth: number): void => {
    if (!isObject(value) || origins.has(value) || givenAway.has(value)) return;
    if (creators.has(value)) {
      doubt(`${describe(origin)} is given the Keystone instance`);
      return;
    }
    givenAway.set(value, origin);
    if (depth === 0 || typeof value === 'function') return;
    for (const key of Object.keys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      if (property !== undefined && 'value' in property) visit(property.value, depth - 1);
    }
  };
  for (const arg of args) visit(arg, 4);
}

/** A stand-in as the subject of a sentence. */
export function describe({ kind, name }: Origin): string {
  if (kind === 'package') return `the package '${name}'`;
  return kind === 'file' ? `the missing file '${name}'` : name;
}
