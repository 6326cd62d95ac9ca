/**
 * What the readings know about Keystone's packages, as plain data and pure functions. The first reading uses it, and so do
 * the stand-ins in the engine of the second one. So nothing here may need Node.
 */
import pluralize from 'pluralize';
import type { RelationshipField } from '../project.ts';

/** The scopes under which Keystone 5 was published: its own, its alpha, and the fork that went on. */
const scopes = ['@keystonejs', '@keystone-alpha', '@open-keystone'];

/** An import of one of Keystone's packages, or of a file inside one. */
export interface KeystoneImport {
  /** The name of the package without its scope: `fields`. */
  readonly package: string;
  readonly subpath: string;
}

/** The parts of the text of an import; null if it names none of Keystone's packages. */
export function keystoneImport(specifier: string): KeystoneImport | null {
  const [scope = '', name = '', ...rest] = specifier.split('/');
  return scopes.includes(scope) ? { package: name, subpath: rest.join('/') } : null;
}

/** The type that a file inside @keystonejs/fields exports, such as `src/types/Relationship`; null for any other file. */
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

/** The plugins of @keystonejs/list-plugins (1.0 to 8.1) that add fields, with the fields in order. */
export const trackingPlugins: Readonly<Record<string, readonly string[]>> = {
  byTracking: ['updatedBy', 'createdBy'],
  createdBy: ['createdBy'],
  updatedBy: ['updatedBy'],
  atTracking: ['updatedAt', 'createdAt'],
  createdAt: ['createdAt'],
  updatedAt: ['updatedAt'],
};

/** The option of these plugins that gives a field another name. All other options become options of the field. */
export const trackingOption = (field: string): string => `${field}Field`;

/** All options that name fields. Each plugin knows all of them. */
export const trackingOptions: readonly string[] = Object.values(trackingPlugins).flat().map(trackingOption);

/** A list that a package of Keystone's creates by itself. The fields that have a ref are relationships. */
export interface OwnList {
  readonly key: string;
  readonly fields: readonly OwnField[];
}

export interface OwnField {
  readonly path: string;
  readonly ref?: string;
  readonly many?: true;
}

/** The packages whose strategies create the list for sessions: @keystonejs/auth-passport (5.1 to 6.1), and its former name. */
export const passportPackages: readonly string[] = ['auth-passport', 'passport-auth'];

/** The list that these strategies create, unless it exists. */
export function passportSession(ref: string): OwnList {
  const texts = ['service', 'serviceUserId', 'tokenSecret', 'refreshToken'].map((path) => ({ path }));
  return { key: 'passportSession', fields: [...texts, { path: 'item', ref }] };
}

/** A block of a Content field that stores things in a list of its own. */
export interface Block {
  readonly type: string;
  /** The field of the content list that holds all of them. */
  readonly path: string;
  /** What it stores. */
  readonly paths: readonly string[];
}

/** The storing blocks of @keystonejs/fields (5 to 17) and of the packages that took over its types, as `Type.blocks.name`. */
export const storingBlocks: Readonly<Record<string, Block>> = {
  'CloudinaryImage.blocks.image': {
    type: 'cloudinaryImage',
    path: 'cloudinaryImages',
    paths: ['image', 'align'],
  },
  'OEmbed.blocks.oEmbed': { type: 'oEmbed', path: 'oEmbeds', paths: ['embed'] },
  'Unsplash.blocks.unsplashImage': { type: 'unsplashImage', path: 'unsplashImages', paths: ['image'] },
};

/** The list that keeps what a block of a list's Content fields stores. `content` is the key of the field's own list. */
export function blockList(list: string, { type, path, paths }: Block, content: string): OwnList {
  const stored = paths.map((each) => ({ path: each }));
  return { key: `_Block_${list}_${type}`, fields: [...stored, { path: 'from', ref: `${content}.${path}` }] };
}

/** The field of the content list that refers to a block's list. */
export function blockField(list: string, { type, path }: Block): OwnField {
  return { path, ref: `_Block_${list}_${type}.from`, many: true };
}

/**
 * The key of the list that keeps the documents of a Content field: `Content` of @keystonejs/fields-content.
 *
 * @param itemName the {@link itemQueryName} of the list that has the field
 */
export function contentListKey(itemName: string, path: string): string {
  return `_ContentType_${itemName}_${path}`;
}

/** The list with that key. `field` is the Content field, such as `Post.body`. */
export function contentList(key: string, field: string, blocks: readonly OwnField[]): OwnList {
  return { key, fields: [{ path: 'document' }, { path: 'from', ref: field }, ...blocks] };
}

/** What GraphQL calls an item of a list: the constructor of `List` of @keystonejs/keystone. `option` reads its options. */
export function itemQueryName(list: string, option: (name: string) => string | null): string {
  const one = option('singular') ?? pluralize.singular(option('label') ?? labelOf(list));
  return option('itemQueryName') ?? one.replaceAll(/\s+/g, '');
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
const fieldTypes = (
  'AutoIncrement CalendarDay Checkbox CloudinaryImage Color Content DateTime DateTimeUtc Decimal File Float Integer ' +
  'Location LocationGoogle Markdown MongoId OEmbed Password Relationship Select Slug Stars Text Unsplash Url Uuid ' +
  'Virtual Wysiwyg'
).split(' ');

/** What packages export that list files name, in any release. */
const exportsByPackage: Readonly<Record<string, readonly string[]>> = {
  fields: [...fieldTypes, 'Implementation'],
  keystone: [
    ...['Keystone', 'List', 'constants', 'PasswordAuthStrategy', 'BaseAuthStrategy'],
    ...['BaseKeystoneAdapter', 'BaseListAdapter', 'BaseFieldAdapter'],
  ],
  'adapter-knex': ['KnexAdapter', 'KnexListAdapter', 'KnexFieldAdapter'],
  'adapter-mongoose': ['MongooseAdapter', 'MongooseListAdapter', 'MongooseFieldAdapter'],
  'list-plugins': [...Object.keys(trackingPlugins), 'singleton', 'logging'],
};

/** All names that a package of Keystone exports in some release; null if they are not listed. */
export function exportsOf(packageName: string): readonly string[] | null {
  return exportsByPackage[packageName] ?? null;
}

/** Whether a name is one of a field type. Packages such as fields-content export single types. */
export function isFieldType(packageName: string, name: string): boolean {
  return /^fields?(-|$)/.test(packageName) && (fieldTypes.includes(name) || name === 'AuthedRelationship');
}

/** How options of a relationship say that it is stored. */
export type Storage = Pick<RelationshipField, 'isUnique' | 'isIndexed' | 'isNotNullable' | 'mongooseOptions'>;

/** Reads how a relationship is stored. `flag` reads an option of its config; null if it is not set. */
export function storageOf(flag: (...path: string[]) => boolean | null): Storage {
  // mongoose takes the options of an index beside it, or in its place.
  const index = (name: string): object => {
    const value = flag('mongooseOptions', name) ?? flag('mongooseOptions', 'index', name);
    return value === null ? {} : { [name]: value };
  };
  return {
    isUnique: flag('isUnique') ?? false,
    isIndexed: flag('isIndexed'),
    isNotNullable: flag('knexOptions', 'isNotNullable') ?? false,
    mongooseOptions: { ...index('unique'), ...index('sparse'), ...index('index') },
  };
}

/** Members of Keystone instances that create no lists, in any release before and after Arcade. */
export const membersWithoutLists: readonly string[] = (
  'connect disconnect prepare extendGraphQLSchema createContext createHTTPContext executeGraphQL executeQuery createItem ' +
  'createItems dumpSchema getTypeDefs getResolvers getAdminMeta getAdminViews getAdminSchema getGraphQlContext ' +
  'createApolloServer registerSchema getListByKey lists listsArray'
).split(' ');

/**
 * Packages that print an instance of Keystone, or keep it for code that gets their own objects. They create no lists with
 * it: what handles requests runs after Keystone has connected, and a list that is created then has no table.
 */
export const keepers: readonly string[] = ['assert', 'debug', 'express', 'http', 'https'];

/** Packages that require every file of a folder and of its inner folders. They return the exports by name. */
export const folderPackages: readonly string[] = ['require-directory', 'require-all'];

/** Packages of others that only a run follows. */
export const packagesOfRun: readonly string[] = ['pluralize', ...folderPackages];
