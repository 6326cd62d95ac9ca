/** What Keystone's packages export. */
import {
  adapterDatabases,
  exportsOf,
  isFieldType,
  keystoneImport,
  passportPackages,
  passportSession,
  trackingOption,
  trackingOptions,
  trackingPlugins,
  typeOfFile,
} from '../../keystone/facts.ts';
import { Block, fieldsOf, fieldType, fieldTypes, Implementation } from './fields.ts';
import { inert } from './inert.ts';
import { Keystone, List } from './keystone.ts';
import type { FoundAdapter } from './request.ts';

type Config = Record<string, unknown>;

/** The options of adapters by adapter. */
const adapters = new WeakMap<
  object,
  { readonly database: FoundAdapter['database']; readonly options: unknown }
>();

/** The database of an adapter, and the schema that it was given; null for what is no adapter. */
export function databaseOf(value: unknown): Pick<FoundAdapter, 'database' | 'schemaName'> | null {
  const adapter = typeof value === 'object' && value !== null ? adapters.get(value) : undefined;
  if (adapter === undefined) return null;
  const { schemaName } = (adapter.options ?? {}) as Config;
  const isText = typeof schemaName === 'string' && adapter.database === 'postgres';
  return { database: adapter.database, schemaName: isText ? schemaName : null };
}

/** The exports of a package of Keystone's, or of a file inside one; null for any other import. */
export function keystonePackage(specifier: string): unknown {
  const parts = keystoneImport(specifier);
  if (parts === null) return null;
  const type = typeOfFile(parts);
  if (type !== null) return { __esModule: true, default: fieldTypes[type] ?? fieldType(type) };
  // What is not known of Keystone's packages has nothing to do with lists.
  const others = inert({ kind: 'keystone', name: specifier }) as Config;
  const known = knownExports(parts.package);
  const exportOf = (name: string): unknown =>
    known[name] ?? (isFieldType(parts.package, name) ? (fieldTypes[name] ?? fieldType(name)) : others[name]);
  const names = parts.subpath === '' ? exportsOf(parts.package) : null;
  if (names !== null) return Object.fromEntries(names.map((name) => [name, exportOf(name)]));
  return new Proxy(known, { get: (_, name) => exportOf(name as string) });
}

/** What packages of Keystone's export, by the name of the package. */
function knownExports(name: string): Config {
  const database = adapterDatabases[name];
  if (database !== undefined) return adapterClasses(name, database);
  if (passportPackages.includes(name)) {
    return Object.fromEntries(['Passport', 'Twitter', 'Facebook', 'Google', 'GitHub'].map(strategy));
  }
  switch (name) {
    case 'keystone':
      return { Keystone, List, PasswordAuthStrategy };
    case 'fields':
      return { Implementation };
    case 'list-plugins':
      return {
        ...Object.fromEntries(Object.entries(trackingPlugins).map(([key, facts]) => [key, tracking(facts)])),
        singleton: () => (config: Config) => config,
        logging: () => (config: Config) => config,
      };
    case 'utils':
      return utilities;
    case 'auth-password':
      return { PasswordAuthStrategy };
    case 'field-content':
    case 'fields-content':
      return { Block };
    default:
      return {};
  }
}

/** `PasswordAuthStrategy` of @keystonejs/auth-password, which makes no list. */
const PasswordAuthStrategy = Object.assign(class {}, { authType: 'password' });

function adapterClasses(name: string, database: FoundAdapter['database']): Config {
  const prefix = { 'adapter-knex': 'Knex', 'adapter-mongoose': 'Mongoose' }[name] ?? 'Prisma';
  const Adapter = class {
    readonly name = prefix.toLowerCase();

    constructor(options?: unknown) {
      adapters.set(this, { database, options });
    }

    newListAdapter(): unknown {
      return inert({ kind: 'keystone', name });
    }
  };
  return {
    [`${prefix}Adapter`]: Adapter,
    [`${prefix}ListAdapter`]: class {},
    [`${prefix}FieldAdapter`]: class {},
  };
}

/** A plugin of @keystonejs/list-plugins 5.2: it adds its fields to those of the config, in place. */
function tracking(paths: readonly string[]): (options?: Config) => (config: Config) => Config {
  return (options = {}) =>
    ({ fields = {}, ...config }) => {
      const own = Object.entries(options).filter(([name]) => !trackingOptions.includes(name));
      for (const path of paths) {
        const type = path.endsWith('By')
          ? { type: fieldTypes.AuthedRelationship, ref: 'User' }
          : { type: fieldTypes.DateTime };
        const name = (options[trackingOption(path)] ?? path) as string;
        (fields as Config)[name] = { ...type, ...Object.fromEntries(own) };
      }
      return { fields, ...config };
    };
}

/** A strategy of @keystonejs/auth-passport 5.1, which makes a list for its sessions. */
function strategy(service: string): [name: string, strategy: unknown] {
  const Strategy = class {
    static readonly authType = service.toLowerCase();

    // `PassportAuthStrategy`, from which the others are made, is told its type first.
    constructor(...args: unknown[]) {
      const [keystone, ref] = (service === 'Passport' ? args.slice(1) : args) as [Keystone, string];
      const own = passportSession(ref);
      if (keystone.lists[own.key] === undefined) keystone.createList(own.key, { fields: fieldsOf(own) });
    }
  };
  return [`${service}AuthStrategy`, Strategy];
}

/** What is taken from @keystonejs/utils 5.4 for lists. */
const utilities: Config = {
  compose: (functions: ((value: unknown) => unknown)[]) => (value: unknown) =>
    functions.reduce((result, each) => each(result), value),
  objMerge: (objects: Config[]) => objects.reduce((merged, each) => Object.assign(merged, each), {}),
  mapKeys: (object: Config, make: (value: unknown, key: string, object: Config) => unknown) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, make(value, key, object)])),
  mapKeyNames: (object: Config, make: (value: string, key: unknown, object: Config) => string) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [make(key, value, object), value])),
  pick: (object: Config, keys: string[]) =>
    Object.fromEntries(keys.filter((key) => key in object).map((key) => [key, object[key]])),
  omit: (object: Config, keys: string[]) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))),
  omitBy: (object: Config, test: (key: string) => boolean) =>
    Object.fromEntries(Object.entries(object).filter(([key]) => !test(key))),
  filterValues: (object: Config, test: (value: unknown) => boolean) =>
    Object.fromEntries(Object.entries(object).filter(([, value]) => test(value))),
  arrayToObject: (objects: Config[], by: string, make = (value: unknown) => value) =>
    Object.fromEntries(objects.map((each) => [each[by], make(each)])),
  flatten: (arrays: unknown[]) => arrays.flat(),
  flatMap: (array: unknown[], make = (value: unknown) => value) => array.flatMap(make),
  unique: (array: unknown[]) => [...new Set(array)],
  intersection: (one: unknown[], other: unknown[]) => [
    ...new Set(one.filter((each) => other.includes(each))),
  ],
  identity: (value: unknown) => value,
  noop: (value: unknown) => value,
  upcase: (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1),
};
