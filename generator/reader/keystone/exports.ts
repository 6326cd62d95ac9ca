import type { Place } from '../place.ts';
import { type ExternalValue, external, primitive, undefinedValue, type Value } from '../values.ts';
import { createListFunction } from './create-list.ts';
import { keystoneExport } from './packages.ts';

/** What the field types of Keystone consist of; `blocks` are those of Content fields. */
const partsOfTypes = ['type', 'implementation', 'views', 'adapters', 'blocks'];

/** Field types that stand in packages of their own, by these without their scope. */
const typePackages: Readonly<Record<string, readonly string[]>> = {
  'fields-authed-relationship': ['AuthedRelationship'],
  'fields-auto-increment': ['AutoIncrement'],
  'fields-cloudinary-image': ['CloudinaryImage'],
  'fields-color': ['Color'],
  'fields-content': ['Content'],
  'field-content': ['Content'],
  'fields-datetime-utc': ['DateTimeUtc'],
  'fields-location-google': ['LocationGoogle'],
  'fields-markdown': ['Markdown'],
  'fields-mongoid': ['MongoId', 'MongoIdImplementation', 'MongoMongoIdInterface', 'KnexMongoIdInterface'],
  'fields-oembed': ['OEmbed'],
  'fields-unsplash': ['Unsplash'],
  'fields-wysiwyg-tinymce': ['Wysiwyg'],
};

/** The field types of any release of @keystonejs/fields, 5 to 22, and of the packages before it. */
const fieldTypes = [
  'AutoIncrement', 'CalendarDay', 'Checkbox', 'CloudinaryImage', 'Color', 'Content', 'DateTime', 'DateTimeUtc',
  'Decimal', 'File', 'Float', 'Integer', 'Location', 'LocationGoogle', 'Markdown', 'MongoId', 'OEmbed', 'Password',
  'Relationship', 'Select', 'Slug', 'Stars', 'Text', 'Unsplash', 'Url', 'Uuid', 'Virtual', 'Wysiwyg',
]; // biome-ignore format: a list of words

/** What else the packages export that list files name, in any release. */
const otherExports: Readonly<Record<string, readonly string[]>> = {
  fields: ['Implementation'],
  keystone: ['Keystone', 'List', 'PasswordAuthStrategy', 'BaseAuthStrategy', 'constants', 'BaseKeystoneAdapter', 'BaseListAdapter', 'BaseFieldAdapter'],
  'adapter-knex': ['KnexAdapter', 'KnexListAdapter', 'KnexFieldAdapter'],
  'adapter-mongoose': ['MongooseAdapter', 'MongooseListAdapter', 'MongooseFieldAdapter'],
  'list-plugins': ['atTracking', 'byTracking', 'createdAt', 'createdBy', 'updatedAt', 'updatedBy', 'singleton', 'logging'],
}; // biome-ignore format: lists of words

/** All names that a package of Keystone exports in some release; null for one whose exports are not listed. */
function exportsOf(packageName: string): readonly string[] | null {
  if (packageName === 'fields') return [...fieldTypes, ...(otherExports.fields ?? [])];
  return typePackages[packageName] ?? otherExports[packageName] ?? null;
}

/** Whether a name is one of a field type, in the package that exports it. */
export function isFieldType(packageName: string, name: string): boolean {
  const types = packageName === 'fields' ? fieldTypes : (typePackages[packageName] ?? []);
  return types.includes(name) && name !== 'Implementation';
}

/** Whether an export is there in any release that has it, so that it is neither null nor false. */
export function isListedExport(value: ExternalValue): boolean {
  const found = keystoneExport(value);
  if (found === null || found.path.length === 0) return found !== null;
  const [name = '', part, ...others] = found.path;
  if (exportsOf(found.package)?.includes(name) !== true || others.length > 0) return false;
  return part === undefined || (isFieldType(found.package, name) && partsOfTypes.slice(0, 4).includes(part));
}

/** A member of an export of Keystone's packages, where it is known what that is; null where it is not. */
export function exportedMember(value: ExternalValue, key: string, place: Place): Value | null {
  const found = keystoneExport(value);
  if (found === null || (key === 'default' && value.path.length === 0)) return null;
  const path = [...value.path, key];
  const [name = ''] = found.path;
  if (found.path.length === 0) {
    const names = exportsOf(found.package);
    return names === null || names.includes(key) ? null : undefinedValue;
  }
  if (found.path.length === 1 && isFieldType(found.package, name)) {
    if (key === 'type') return primitive(name);
    return partsOfTypes.includes(key) ? external(value.package, path, place) : undefinedValue;
  }
  if (found.package === 'keystone' && found.path.join('.') === 'Keystone.prototype' && key === 'createList') {
    return createListFunction;
  }
  return null;
}
