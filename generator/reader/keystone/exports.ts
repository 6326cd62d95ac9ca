import type { Place } from '../place.ts';
import { type ExternalValue, external, primitive, undefinedValue, type Value } from '../values.ts';
import { exportsOf, isFieldType } from './facts.ts';
import { keystoneExport } from './packages.ts';

/** The members of Keystone's field types. `blocks` are those of Content fields. */
const partsOfTypes = ['implementation', 'views', 'adapters', 'blocks'];

/** Whether every release that has the package has the export, so that it is neither null nor false. */
export function isListedExport(value: ExternalValue): boolean {
  const found = keystoneExport(value);
  const [name, ...parts] = found?.path ?? [];
  if (found === null || name === undefined || parts.length > 0) return found !== null && name === undefined;
  return isFieldType(found.package, name) || (exportsOf(found.package)?.includes(name) ?? false);
}

/** A member of an export of Keystone's packages; null if it is not known what that is. */
export function exportedMember(value: ExternalValue, key: string, place: Place): Value | null {
  const found = keystoneExport(value);
  if (found === null || (key === 'default' && value.path.length === 0)) return null;
  const [name, ...parts] = found.path;
  if (name === undefined) {
    const names = exportsOf(found.package);
    return names === null || names.includes(key) ? null : undefinedValue;
  }
  if (parts.length > 0 || !isFieldType(found.package, name)) return null;
  if (key === 'type') return primitive(name);
  return partsOfTypes.includes(key) ? external(value.package, [...value.path, key], place) : undefinedValue;
}
