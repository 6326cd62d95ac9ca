/**
 * `Keystone` and its lists, as @keystonejs/keystone 7.1 and 8.0 have them, as far as they decide what the lists are. They
 * record what is created.
 */
import { itemQueryName, membersWithoutLists, storageOf } from '../../keystone/facts.ts';
import type { FoundAdapter, FoundField, FoundList } from '../findings.ts';
import { Adapter } from './adapters.ts';
import { fieldTypes, typeNameOf } from './fields.ts';
import { creators, describe, holderOf, inert, isObject, isStandIn, outsideOf } from './inert.ts';
import { callOfUser, doubt } from './world.ts';

type Config = Record<string, unknown>;

/** The keys of lists that the user gives by hand, in place of what the code creates. */
export const replaced = new Set<string>();

/** What was created, in order. It is JSON at once, so that what the code does later does not change it. */
export const created = { lists: [] as string[], keys: new Set<string>(), adapters: [] as string[] };

const { stringify } = JSON;

/** Stands for what Keystone's objects have that does not decide about lists. */
const rest: unknown = inert({ kind: 'harmless', name: '@keystonejs/keystone' });

/** What the implementations of fields receive and do not need for relationships. */
const alsoGiven = Object.fromEntries(
  ['listAdapter', 'fieldAdapterClass', 'defaultAccess', 'listAccess', 'schemaNames'].map((name) => [
    name,
    rest,
  ]),
);

export class Keystone {
  readonly auth: Record<string, Config> = {};
  readonly lists: Record<string, List> = {};
  readonly listsArray: List[] = [];
  readonly adapters: Config;
  readonly defaultAdapter: unknown;
  readonly name: unknown;
  readonly getListByKey = (key: string): List | undefined => this.lists[key];

  constructor(config: Config = {}) {
    creators.add(this);
    const { adapter, adapters, defaultAdapter, name } = config ?? {};
    this.name = name;
    this.adapters = isObject(adapters) ? (adapters as Config) : { adapter };
    this.defaultAdapter = isObject(adapters) ? defaultAdapter : 'adapter';
    for (const [key, value] of Object.entries(this.adapters)) {
      if (!(value instanceof Adapter)) continue;
      const { database, schemaName } = value;
      const found: FoundAdapter = {
        name: isObject(adapters) ? key : null,
        isDefault: key === this.defaultAdapter,
        database,
        schemaName,
      };
      created.adapters.push(stringify(found));
    }
  }

  createList(key: string, config: Config, { isAuxList = false } = {}): List {
    const isReplaced = replaced.has(key);
    const list = new List(this, key, isReplaced ? { fields: {} } : config, isAuxList);
    this.lists[key] = list;
    if (isReplaced) return list;
    this.listsArray.push(list);
    created.keys.add(key);
    const place = created.lists.length;
    created.lists[place] = '';
    try {
      list.initFields();
    } finally {
      created.lists[place] = stringify(foundList(list));
    }
    return list;
  }

  createAuthStrategy({ type: Strategy, list: key, config }: Config): unknown {
    if (outsideOf(Strategy) !== null) doubt(`the auth strategy of ${key} is given the Keystone instance`);
    const strategy = new (Strategy as new (...args: unknown[]) => object)(this, key, config);
    const former = this.auth[key as string];
    this.auth[key as string] = { ...former, [(Strategy as Config).authType as string]: strategy };
    return strategy;
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
  readonly config: Config;
  readonly adapterName: unknown;
  readonly call = callOfUser(new Error().stack);
  readonly getListByKey: Keystone['getListByKey'];
  readonly createAuxList: (key: string, config: Config) => List;
  readonly gqlNames: { readonly itemQueryName: string };
  readonly access = rest;
  readonly adapter = rest;
  readonly fieldsByPath: Record<string, Config> = {};
  readonly fields: Config[] = [];
  fieldPaths: string[] = [];

  constructor(
    keystone: Keystone,
    readonly key: string,
    given: Config,
    readonly isAuxList: boolean,
  ) {
    doubtOutside(key, 'the key of a list');
    if (typeof key !== 'string') throw new TypeError('The key of a list is not a string');
    creators.add(this);
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

  /** Makes the fields. A field's implementation may create further lists. */
  initFields(): void {
    const { fields } = this.config;
    if (doubtOutside(fields, `the fields of ${this.key}`)) return;
    if (!isObject(fields)) throw new TypeError(`The list ${this.key} has no fields`);
    // Lists can share fields, which plugins may change later.
    this.fieldPaths = Object.keys(fields);
    const { getListByKey, key: listKey, createAuxList } = this;
    const meta = { ...alsoGiven, getListByKey, listKey, createAuxList };
    for (const [path, config] of Object.entries(fields)) {
      const field = makeField(path, config, meta);
      if (field === null) continue;
      this.fieldsByPath[path] = field;
      this.fields.push(field);
    }
  }
}

/** Whether a value comes from outside the source. Notes that, and whether something outside may have changed it. */
function doubtOutside(value: unknown, what: string): boolean {
  const holder = holderOf(value);
  if (holder !== null) doubt(`${describe(holder)} is given ${what}`);
  const isOutside = outsideOf(value) !== null;
  if (isOutside) doubt(`something outside the source decides ${what}`);
  return isOutside;
}

/** `compose` of @keystonejs/utils 5.4: from first to last, with the config as the only argument. */
function applyPlugins(key: string, given: Config): Config {
  if (doubtOutside(given, `the config of ${key}`)) return { fields: {} };
  if (!isObject(given)) throw new TypeError(`The config of ${key} is not an object`);
  const { plugins } = given;
  doubtOutside(plugins, `the plugins of ${key}`);
  return ((plugins || []) as ((config: Config) => Config)[]).reduce((config, plugin) => {
    const result = plugin(config);
    return doubtOutside(result, `the result of a plugin of ${key}`) ? config : result;
  }, given);
}

const textOrNull = (value: unknown): string | null =>
  typeof value === 'string' && value !== '' ? value : null;

/** The types that plain constructors stand for: `mapNativeTypeToKeystoneType` of Keystone's List. */
const nativeTypes = new Map<unknown, string>([
  [Boolean, 'Checkbox'],
  [String, 'Text'],
  [Number, 'Float'],
]);

/** The field that Keystone makes of a config; null if the type is a package's, which is a relationship only with a ref. */
function makeField(path: string, given: unknown, meta: { readonly listKey: string }): Config | null {
  const name = `${meta.listKey}.${path}`;
  if (doubtOutside(given, `the field ${name}`)) return null;
  const { type: written, ...config } = given as Config;
  const type = (fieldTypes[nativeTypes.get(written) ?? ''] ?? written) as Config | undefined;
  const implementation = type?.implementation;
  if (outsideOf(type) !== null || outsideOf(implementation) !== null) {
    if ('ref' in config || 'blocks' in config)
      doubt(`something outside the source decides the type of ${name}`);
    return null;
  }
  // It is a type of Keystone's, but no relationship: those are known.
  if (isStandIn(implementation)) return null;
  if (typeof implementation !== 'function')
    throw new Error(`The '${name}' field doesn't specify a valid type.`);
  const field = new (implementation as new (...args: unknown[]) => Config)(path, config, meta);
  if (isRelationship(field)) {
    doubtOutside((field.config as Config).ref, `the field ${name}`);
    doubtOutside(field.many, `the field ${name}`);
  }
  return field;
}

const isRelationship = ({ isRelationship: says }: Config): boolean => Boolean(says) && !isStandIn(says);

function foundList({ key, adapterName, config, fieldPaths, fields, call }: List): FoundList {
  const { adapterConfig } = config as { adapterConfig?: { mongooseSchemaOptions?: Config } };
  return {
    key,
    adapterName: textOrNull(adapterName),
    collection: textOrNull(adapterConfig?.mongooseSchemaOptions?.collection),
    idType: typeNameOf((config.fields as Config | undefined)?.id),
    fieldPaths,
    relationships: fields.filter(isRelationship).map(foundField),
    call,
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
