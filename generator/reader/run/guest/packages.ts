/** What Keystone's packages export. */
import {
  exportsOf,
  isFieldType,
  keystoneImport,
  passportSession,
  type Tracking,
  trackingPlugins,
  typeOfFile,
} from '../../keystone/facts.ts';
import { adapterClasses } from './adapters.ts';
import { Block, fieldType, fieldTypes, Implementation } from './fields.ts';
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
    case 'auth-passport':
    case 'passport-auth':
      return Object.fromEntries(['Passport', 'Twitter', 'Facebook', 'Google', 'GitHub'].map(strategy));
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
function tracking({ adds, isBy }: Tracking): (options?: Config) => (config: Config) => Config {
  return (options = {}) =>
    ({ fields = {}, ...config }) => {
      const type = isBy
        ? { type: fieldTypes.AuthedRelationship, ref: 'User' }
        : { type: fieldTypes.DateTime };
      const names = isBy ? ['updatedByField', 'createdByField'] : ['updatedAtField', 'createdAtField'];
      const ofFields = Object.entries(options).filter(([name]) => !names.includes(name));
      for (const { option, name } of adds) {
        const path = (options[option] ?? name) as string;
        (fields as Config)[path] = { ...type, ...Object.fromEntries(ofFields) };
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
      const [keystone, key] = (service === 'Passport' ? args.slice(1) : args) as [Keystone, string];
      if (keystone.lists[passportSession.key] !== undefined) return;
      const texts = passportSession.fieldPaths.map((path) => [path, { type: fieldTypes.Text }]);
      const item = { type: fieldTypes.Relationship, ref: key };
      keystone.createList(passportSession.key, {
        fields: { ...Object.fromEntries(texts), [passportSession.itemPath]: item },
      });
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
