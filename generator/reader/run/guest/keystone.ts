/**
 * `Keystone` and its lists, as @keystonejs/keystone 7.1 and 8.0 have them, as far as they decide what the lists are. They
 * record what is created.
 */
import { itemQueryName, membersWithoutLists, storageOf } from '../../keystone/facts.ts';
import { fieldTypes, typeNameOf } from './fields.ts';
import { describe, holderOf, inert, isObject, isStandIn, noteCreator, outsideOf } from './inert.ts';
import { databaseOf } from './packages.ts';
import type { FoundAdapter, FoundField, FoundList } from './request.ts';
import { callOfUser, doubt } from './world.ts';

type Config = Record<string, unknown>;

/** The keys of lists that the user gives by hand, in place of what the code creates. */
export const replaced = new Set<string>();

/** What was created, in order. */
const lists: List[] = [];
const configs: unknown[] = [];

/** A stand-in for what Keystone's own objects hold that has nothing to do with lists. */
const rest: unknown = inert({ kind: 'keystone', name: '@keystonejs/keystone' });

export class Keystone {
  readonly auth: Record<string, Record<string, unknown>> = {};
  readonly lists: Record<string, List> = {};
  readonly listsArray: List[] = [];
  readonly adapters: Config;
  readonly defaultAdapter: unknown;
  readonly name: unknown;
  readonly getListByKey = (key: string): List | undefined => this.lists[key];

  constructor(config: Config = {}) {
    configs.push(config);
    noteCreator(this);
    const { adapter, adapters, defaultAdapter, name } = config ?? {};
    this.name = name;
    this.adapters = isObject(adapters) ? (adapters as Config) : { adapter };
    this.defaultAdapter = isObject(adapters) ? defaultAdapter : 'adapter';
  }

  createList(key: string, config: Config, { isAuxList = false } = {}): List {
    if (replaced.has(key)) {
      this.lists[key] = new List(this, key, { fields: {} }, isAuxList);
      return this.lists[key];
    }
    const list = new List(this, key, config, isAuxList);
    this.lists[key] = list;
    this.listsArray.push(list);
    lists.push(list);
    list.initFields();
    return list;
  }

  createAuthStrategy({ type: Strategy, list: key, config }: Config): unknown {
    if (outsideOf(Strategy) !== null) doubt(`the auth strategy of ${key} is given the Keystone instance`);
    const strategy = new (Strategy as new (...args: unknown[]) => object)(this, key, config);
    this.auth[key as string] = {
      ...this.auth[key as string],
      [(Strategy as Config).authType as string]: strategy,
    };
    return strategy;
  }

  extendGraphQLSchema(): void {}

  async connect(): Promise<void> {}

  async disconnect(): Promise<void> {}

  async prepare(): Promise<unknown> {
    return { middlewares: rest };
  }
}

for (const name of membersWithoutLists) {
  if (name in Keystone.prototype) continue;
  Object.defineProperty(Keystone.prototype, name, {
    value: () => rest,
    writable: true,
    configurable: true,
  });
}

export class List {
  readonly key: string;
  readonly config: Config;
  readonly isAuxList: boolean;
  readonly adapterName: unknown;
  readonly call = callOfUser(new Error().stack);
  readonly getListByKey: Keystone['getListByKey'];
  readonly createAuxList: (key: string, config: Config) => List;
  readonly gqlNames: { readonly itemQueryName: string };
  readonly access: unknown = rest;
  readonly adapter: unknown = rest;
  fieldsByPath: Record<string, Config> = {};
  fields: Config[] = [];
  fieldPaths: readonly string[] = [];

  constructor(keystone: Keystone, key: string, given: Config, isAuxList: boolean) {
    if (outsideOf(key) !== null) doubt('the key of a list comes from outside of the source');
    if (typeof key !== 'string') throw new TypeError('The key of a list is not a string');
    noteCreator(this);
    this.key = key;
    this.isAuxList = isAuxList;
    this.config = applyPlugins(key, given);
    this.adapterName = this.config.adapterName;
    this.getListByKey = keystone.getListByKey;
    this.gqlNames = { itemQueryName: itemQueryName(key, (option) => textOrNull(this.config[option])) };
    this.createAuxList = (auxKey, auxConfig) => {
      if (isAuxList) throw new Error(`Aux list "${key}" shouldn't be creating more aux lists ("${auxKey}").`);
      return keystone.createList(auxKey, auxConfig, { isAuxList: true });
    };
  }

  getFieldByPath(path: string): unknown {
    return this.fieldsByPath[path];
  }

  /** Makes the fields: `initFields` of Keystone's List. A field's implementation may create further lists. */
  initFields(): void {
    const { fields } = this.config;
    checkHolder(fields, `the fields of ${this.key}`);
    if (!isObject(fields) || outsideOf(fields) !== null) {
      if (outsideOf(fields) === null) throw new TypeError(`The list ${this.key} has no fields`);
      doubt(`the fields of ${this.key} come from outside of the source`);
      return;
    }
    // Plugins may change the fields later, where lists share them.
    this.fieldPaths = Object.keys(fields);
    for (const [path, config] of Object.entries(fields)) {
      const field = makeField(this, path, config);
      if (field === null) continue;
      this.fieldsByPath[path] = field;
      this.fields.push(field);
    }
  }
}

function checkHolder(value: unknown, what: string): void {
  const holder = holderOf(value);
  if (holder !== null) doubt(`${describe(holder)} is given ${what}`);
}

/** `compose` of @keystonejs/utils 5.4: from first to last, with the config as the only argument. */
function applyPlugins(key: string, given: Config): Config {
  checkHolder(given, `the config of ${key}`);
  if (outsideOf(given) !== null) {
    doubt(`the config of ${key} comes from outside of the source`);
    return { fields: {} };
  }
  if (!isObject(given)) throw new TypeError(`The config of ${key} is not an object`);
  const { plugins = [] } = given;
  checkHolder(plugins, `the plugins of ${key}`);
  if (outsideOf(plugins) !== null) doubt(`the plugins of ${key} come from outside of the source`);
  return ((plugins || []) as ((config: Config) => Config)[]).reduce((config, plugin) => {
    const result = plugin(config);
    if (outsideOf(result) === null) return result;
    doubt(`a plugin of ${key} comes from outside of the source`);
    return config;
  }, given);
}

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** What Keystone gives the implementation of a field beside the list, in any release. */
const givenToFields = 'listAdapter fieldAdapterClass defaultAccess listAccess schemaNames'.split(' ');

/** The types that plain constructors stand for: `mapNativeTypeToKeystoneType` of Keystone's List. */
const nativeTypes = new Map<unknown, string>([
  [Boolean, 'Checkbox'],
  [String, 'Text'],
  [Number, 'Float'],
]);

/** The field that Keystone makes of a config; null where the type is a package's, which is a relationship only with a ref. */
function makeField(list: List, path: string, given: unknown): Config | null {
  const name = `${list.key}.${path}`;
  checkHolder(given, `the field ${name}`);
  if (outsideOf(given) !== null) {
    doubt(`the field ${name} comes from outside of the source`);
    return null;
  }
  const { type: written, ...config } = given as Config;
  const native = nativeTypes.get(written);
  const type = (native === undefined ? written : fieldTypes[native]) as Config | undefined;
  const implementation = type?.implementation;
  if (outsideOf(type) !== null || outsideOf(implementation) !== null) {
    if ('ref' in config || 'blocks' in config) doubt(`the type of ${name} comes from outside of the source`);
    return null;
  }
  // A type of Keystone's that is not known: relationships are.
  if (isStandIn(implementation)) return null;
  if (typeof implementation !== 'function')
    throw new Error(`The '${name}' field doesn't specify a valid type.`);
  const Implementation = implementation as new (...args: unknown[]) => Config;
  const field = new Implementation(path, config, {
    getListByKey: list.getListByKey,
    listKey: list.key,
    createAuxList: list.createAuxList,
    ...Object.fromEntries(givenToFields.map((each) => [each, rest])),
  });
  if (isRelationship(field)) {
    const { ref, many } = { ...(field.config as Config), ...pick(field, 'many') };
    if (outsideOf(ref) !== null || outsideOf(many) !== null)
      doubt(`the field ${name} comes from outside of the source`);
  }
  return field;
}

const isRelationship = ({ isRelationship: says }: Config): boolean => Boolean(says) && !isStandIn(says);

function pick(object: Config, key: string): Config {
  return key in object ? { [key]: object[key] } : {};
}

/** What was created, for the host. */
export function found(): {
  readonly lists: readonly FoundList[];
  readonly adapters: readonly FoundAdapter[];
} {
  return { lists: lists.map(foundList), adapters: configs.flatMap(adaptersIn) };
}

/** How many lists there are by now. */
export function count(): number {
  return lists.length;
}

/** Forgets lists that were made again: after the first `length`, those that are the same as one of them. */
export function forgetRepeated(length: number): void {
  const former = new Set(lists.slice(0, length).map((list) => textOf(list)));
  const added = lists.splice(length).filter((list) => !former.has(textOf(list)));
  lists.push(...added);
}

function textOf(list: List): string {
  return JSON.stringify({ ...foundList(list), call: null });
}

function foundList(list: List): FoundList {
  const { adapterConfig } = list.config as {
    adapterConfig?: { mongooseSchemaOptions?: { collection?: unknown } };
  };
  return {
    key: list.key,
    adapterName: textOrNull(list.adapterName),
    collection: textOrNull(adapterConfig?.mongooseSchemaOptions?.collection),
    idType: typeNameOf((list.config.fields as Config | undefined)?.id),
    fieldPaths: list.fieldPaths,
    relationships: list.fields.filter(isRelationship).map(foundField),
    call: list.call,
  };
}

function foundField(field: Config): FoundField {
  const config = (field.config ?? {}) as Config;
  const flag = (...path: string[]): boolean | null => {
    const value = path.reduce<unknown>((holder, name) => (holder as Config | undefined)?.[name], config);
    return value === undefined ? null : Boolean(value);
  };
  return {
    path: String(field.path),
    ref: String(config.ref),
    many: Boolean(field.many),
    ...storageOf(flag),
  };
}

function adaptersIn(config: unknown): readonly FoundAdapter[] {
  const { adapter, adapters, defaultAdapter } = (config ?? {}) as Config;
  const named: (readonly [string | null, unknown])[] = isObject(adapters)
    ? Object.entries(adapters)
    : [[null, adapter]];
  return named.flatMap(([name, value]) => {
    const known = databaseOf(value);
    return known === null ? [] : [{ name, isDefault: name === null || name === defaultAdapter, ...known }];
  });
}
