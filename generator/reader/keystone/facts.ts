/**
 * What is known of Keystone's packages, as plain data and pure functions. Both readings use it: the static one, and the
 * stand-ins that the second one runs list files with. So nothing here may need Node.
 */
import pluralize from 'pluralize';

/** The scopes under which Keystone 5 was published: its own, its alpha, and the fork that went on. */
const scopes = ['@keystonejs', '@keystone-alpha', '@open-keystone'];

/** An import of one of Keystone's packages, or of a file inside one. */
export interface KeystoneImport {
  /** The name of the package without its scope: `fields`. */
  readonly package: string;
  readonly subpath: string;
}

/** Takes the text of an import apart; null where it names no package of Keystone's. */
export function keystoneImport(specifier: string): KeystoneImport | null {
  const [scope = '', name = '', ...rest] = specifier.split('/');
  return scopes.includes(scope) ? { package: name, subpath: rest.join('/') } : null;
}

/**
 * The type that a file inside @keystonejs/fields exports as a whole, as `src/types/Relationship` does; null for any other
 * file.
 */
export function typeOfFile({ package: name, subpath }: KeystoneImport): string | null {
  if (name !== 'fields') return null;
  return /types\/(\w+)(?:\/index)?(?:\.js)?$/.exec(subpath)?.[1] ?? null;
}

/** The database of each adapter package. */
export const adapterDatabases: Readonly<Record<string, 'postgres' | 'mongo' | 'prisma'>> = {
  'adapter-knex': 'postgres',
  'adapter-mongoose': 'mongo',
  'adapter-prisma': 'prisma',
};

/** A field that a plugin adds: the option that names it, and its name without that option. */
export interface Addition {
  readonly option: string;
  readonly name: string;
}

/** The fields that a plugin adds, in order, and whether they name a user (`By`) or a time (`At`). */
export interface Tracking {
  readonly adds: readonly Addition[];
  readonly isBy: boolean;
}

const updatedBy: Addition = { option: 'updatedByField', name: 'updatedBy' };
const createdBy: Addition = { option: 'createdByField', name: 'createdBy' };
const updatedAt: Addition = { option: 'updatedAtField', name: 'updatedAt' };
const createdAt: Addition = { option: 'createdAtField', name: 'createdAt' };

/** The plugins of @keystonejs/list-plugins (1.0 to 8.1) that add fields. */
export const trackingPlugins: Readonly<Record<string, Tracking>> = {
  byTracking: { adds: [updatedBy, createdBy], isBy: true },
  createdBy: { adds: [createdBy], isBy: true },
  updatedBy: { adds: [updatedBy], isBy: true },
  atTracking: { adds: [updatedAt, createdAt], isBy: false },
  createdAt: { adds: [createdAt], isBy: false },
  updatedAt: { adds: [updatedAt], isBy: false },
};

/** A block of a Content field that stores things in a list of its own. */
export interface Block {
  readonly type: string;
  /** The field of the content list that holds all of them. */
  readonly path: string;
  readonly fieldPaths: readonly string[];
}

/** The storing blocks of @keystonejs/fields (5 to 17) and of the packages that took over its types, as `Type.blocks.name`. */
export const storingBlocks: Readonly<Record<string, Block>> = {
  'CloudinaryImage.blocks.image': {
    type: 'cloudinaryImage',
    path: 'cloudinaryImages',
    fieldPaths: ['image', 'align', 'from'],
  },
  'OEmbed.blocks.oEmbed': { type: 'oEmbed', path: 'oEmbeds', fieldPaths: ['embed', 'from'] },
  'Unsplash.blocks.unsplashImage': {
    type: 'unsplashImage',
    path: 'unsplashImages',
    fieldPaths: ['image', 'from'],
  },
};

/** The key of the list that keeps what a block of a list's Content fields stores. */
export function blockListKey(list: string, type: string): string {
  return `_Block_${list}_${type}`;
}

/** The options of a list that name its items. */
export interface ItemNames {
  readonly label: string | null;
  readonly singular: string | null;
  readonly itemQueryName: string | null;
}

/**
 * The key of the list that keeps the documents of a Content field: `Content` of @keystonejs/fields-content.
 *
 * @param itemName the {@link itemQueryName} of the list that has the field
 */
export function contentListKey(itemName: string, path: string): string {
  return `_ContentType_${itemName}_${path}`;
}

/** What GraphQL calls an item of a list: the constructor of `List` of @keystonejs/keystone. */
export function itemQueryName(list: string, { label, singular, itemQueryName }: ItemNames): string {
  const one = singular ?? pluralize.singular(label ?? labelOf(list));
  return itemQueryName ?? one.replaceAll(/\s+/g, '');
}

/** The label that Keystone makes of a list's key. */
function labelOf(key: string): string {
  const words = key
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .split(/[\s_-]/)
    .filter((word) => word !== '');
  const label = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
  return key.startsWith('_') ? `_${label}` : label;
}

/** The field types of any release of @keystonejs/fields, 5 to 22, and of the packages before it. */
const fieldTypes =
  'AutoIncrement CalendarDay Checkbox CloudinaryImage Color Content DateTime DateTimeUtc Decimal File Float Integer ' +
  'Location LocationGoogle Markdown MongoId OEmbed Password Relationship Select Slug Stars Text Unsplash Url Uuid ' +
  'Virtual Wysiwyg';

/** The field types of packages, by these without their scope. */
const typesOf: Readonly<Record<string, readonly string[]>> = {
  fields: fieldTypes.split(' '),
  'fields-authed-relationship': ['AuthedRelationship'],
  'fields-auto-increment': ['AutoIncrement'],
  'fields-cloudinary-image': ['CloudinaryImage'],
  'fields-color': ['Color'],
  'fields-content': ['Content'],
  'field-content': ['Content'],
  'fields-datetime-utc': ['DateTimeUtc'],
  'fields-location-google': ['LocationGoogle'],
  'fields-markdown': ['Markdown'],
  'fields-mongoid': ['MongoId'],
  'fields-oembed': ['OEmbed'],
  'fields-unsplash': ['Unsplash'],
  'fields-wysiwyg-tinymce': ['Wysiwyg'],
};

/** What else these packages export that list files name, in any release. */
const otherExports: Readonly<Record<string, string>> = {
  fields: 'Implementation',
  'fields-mongoid': 'MongoIdImplementation MongoMongoIdInterface KnexMongoIdInterface',
  keystone:
    'Keystone List PasswordAuthStrategy BaseAuthStrategy constants BaseKeystoneAdapter BaseListAdapter BaseFieldAdapter',
  'adapter-knex': 'KnexAdapter KnexListAdapter KnexFieldAdapter',
  'adapter-mongoose': 'MongooseAdapter MongooseListAdapter MongooseFieldAdapter',
  'list-plugins': 'atTracking byTracking createdAt createdBy updatedAt updatedBy singleton logging',
};

/** All names that a package of Keystone exports in some release; null for one whose exports are not listed. */
export function exportsOf(packageName: string): readonly string[] | null {
  const types = typesOf[packageName] ?? [];
  const others = otherExports[packageName]?.split(' ') ?? [];
  return types.length + others.length === 0 ? null : [...types, ...others];
}

/** Whether a name is one of a field type, in the package that exports it. */
export function isFieldType(packageName: string, name: string): boolean {
  return typesOf[packageName]?.includes(name) ?? false;
}

/** What else the implementation of a field is given beside `listKey`, `getListByKey` and `createAuxList`, in any release. */
export const givenToFields: readonly string[] =
  'listAdapter fieldAdapterClass defaultAccess listAccess schemaNames'.split(' ');

/** The list that strategies of @keystonejs/auth-passport (5.1 to 6.1) create for sessions, unless it is there. */
export const passportSession = {
  /** The package, and its name before. */
  packages: ['auth-passport', 'passport-auth'] as readonly string[],
  key: 'passportSession',
  fieldPaths: ['service', 'serviceUserId', 'tokenSecret', 'refreshToken'],
  /** A single relationship to the list that is authenticated. */
  itemPath: 'item',
} as const;

/** What instances of Keystone do that makes no lists, in any release before and after Arcade. */
export const methodsWithoutLists: readonly string[] = (
  'connect disconnect prepare extendGraphQLSchema createContext createHTTPContext executeGraphQL executeQuery createItem ' +
  'createItems dumpSchema getTypeDefs getResolvers getAdminMeta getAdminViews getAdminSchema getGraphQlContext ' +
  'createApolloServer registerSchema'
).split(' ');

/**
 * Packages that print an instance of Keystone, or keep it for code that is given their own objects. They create no lists
 * with it: what handles requests runs after Keystone has connected, and a list that is created then has no table.
 */
export const keepers: readonly string[] = ['assert', 'debug', 'express', 'http', 'https'];

/** Packages that require every file of a folder, inner folders included, and give what they export by their names. */
export const folderPackages: readonly string[] = ['require-directory', 'require-all'];

/** The name under which they give a file or an inner folder; null where they leave it out. */
export function nameInFolder(file: string, isFolder: boolean): string | null {
  if (file.startsWith('.')) return null;
  return isFolder ? file : (/^(.*)\.js(?:on)?$/.exec(file)?.[1] ?? null);
}
