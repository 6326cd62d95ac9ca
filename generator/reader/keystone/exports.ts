import { type ExternalValue, primitive, undefinedValue, type Value } from '../values.ts';
import { exportsOf, isFieldType } from './facts.ts';
import { keystoneExport } from './packages.ts';

/** Whether every release that has the package has the export, so that it is neither null nor false. */
export function isListedExport(value: ExternalValue): boolean {
  const found = keystoneExport(value);
  const [name, ...parts] = found?.path ?? [];
  if (found === null || name === undefined || parts.length > 0) return found !== null && name === undefined;
  return isFieldType(found.package, name) || (exportsOf(found.package)?.includes(name) ?? false);
}

/** A member of an export of Keystone's packages; null if it is not known what that is. */
export function exportedMember(value: ExternalValue, key: string): Value | null {
  const found = keystoneExport(value);
  if (found === null || (key === 'default' && value.path.length === 0)) return null;
  const [name, ...parts] = found.path;
  if (name === undefined) {
    const names = exportsOf(found.package);
    return names === null || names.includes(key) ? null : undefinedValue;
  }
  const isTypeName = key === 'type' && parts.length === 0 && isFieldType(found.package, name);
  return isTypeName ? primitive(name) : null;
}
