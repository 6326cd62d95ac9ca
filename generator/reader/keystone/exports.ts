import type { Place } from '../place.ts';
import { type ExternalValue, external, primitive, undefinedValue, type Value } from '../values.ts';
import { createListFunction } from './create-list.ts';
import { exportsOf, isFieldType } from './facts.ts';
import { keystoneExport } from './packages.ts';

/** What the field types of Keystone consist of; `blocks` are those of Content fields. */
const partsOfTypes = ['type', 'implementation', 'views', 'adapters', 'blocks'];

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
