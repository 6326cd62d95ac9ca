/** What Keystone's packages export. */
import {
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
import { adapterClasses } from './adapters.ts';
import { Block, fieldsOf, fieldType, fieldTypes, Implementation } from './fields.ts';
import { inert } from './inert.ts';
import { Keystone, List } from './keystone.ts';
import type { Host, Lodash } from './request.ts';

type Config = Record<string, unknown>;

/** The exports of one of Keystone's packages, or of a file inside one; null for any other import. */
export function keystonePackage(specifier: string, host: Host): unknown {
  const parts = keystoneImport(specifier);
  if (parts === null) return null;
  const type = typeOfFile(parts);
  if (type !== null) return { __esModule: true, default: fieldTypes[type] ?? fieldType(type) };
  // Functions of utils compute. What else is unknown of Keystone's packages has nothing to do with lists.
  const kind = parts.package === 'utils' ? 'package' : 'harmless';
  const others = inert({ kind, name: specifier }) as Config;
  const known = knownExports(parts.package, host);
  const exportOf = (name: string): unknown =>
    known[name] ?? (isFieldType(parts.package, name) ? (fieldTypes[name] ?? fieldType(name)) : others[name]);
  const names = parts.subpath === '' ? exportsOf(parts.package) : null;
  if (names !== null) return Object.fromEntries(names.map((name) => [name, exportOf(name)]));
  return new Proxy(known, { get: (_, name) => exportOf(name as string) });
}

function knownExports(name: string, host: Host): Config {
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
      return utilities(host.lodash());
    case 'auth-password':
      return { PasswordAuthStrategy };
    case 'field-content':
    case 'fields-content':
      return { Block };
  }
  return adapterClasses(name) ?? {};
}

/** `PasswordAuthStrategy` of @keystonejs/auth-password, which creates no list. */
const PasswordAuthStrategy = Object.assign(class {}, { authType: 'password' });

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

/** A strategy of @keystonejs/auth-passport 5.1, which creates a list for its sessions. */
function strategy(service: string): [name: string, strategy: unknown] {
  const Strategy = class {
    static readonly authType = service.toLowerCase();

    // `PassportAuthStrategy`, the base of the others, receives its type first.
    constructor(...args: unknown[]) {
      const [keystone, ref] = (service === 'Passport' ? args.slice(1) : args) as [Keystone, string];
      const own = passportSession(ref);
      if (keystone.lists[own.key] === undefined) keystone.createList(own.key, { fields: fieldsOf(own) });
    }
  };
  return [`${service}AuthStrategy`, Strategy];
}

/** What lists use of @keystonejs/utils 5.4, most of which lodash has too. */
function utilities(lodash: Lodash): Config {
  const { flatMap, flatten, flow, identity, intersection, mapValues, omit, pick, uniq } = lodash;
  return {
    ...{ flatMap, flatten, identity, intersection, omit, pick },
    compose: flow,
    mapKeys: mapValues,
    unique: uniq,
    objMerge: (objects: Config[]) => Object.assign({}, ...objects),
    arrayToObject: (objects: Config[], by: string, make = (value: unknown) => value) =>
      Object.fromEntries(objects.map((each) => [each[by], make(each)])),
  };
}
