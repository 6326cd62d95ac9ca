import { type ExternalValue, primitive, undefinedValue, type Value } from '../values.ts';
import { exportsOf, isFieldType, keystoneImport, typeOfFile } from './facts.ts';

/** An export of one of Keystone's packages, under any scope. */
export interface KeystoneExport {
  /** The name of the package without its scope: `fields`. */
  readonly package: string;
  readonly path: readonly string[];
}

/** Whether the text of an import names one of Keystone's packages, or a file inside one. */
export function isKeystonePackage(specifier: string): boolean {
  return parse(specifier) !== null;
}

/** Which export of Keystone's packages a value is; null for any other value. */
export function keystoneExport(value: Value): KeystoneExport | null {
  if (value.kind !== 'external') return null;
  const found = parse(value.package);
  if (found === null || value.path.length === 0) return found;
  return { package: found.package, path: [...found.path, ...value.path] };
}

/** Whether a value is the class `Keystone`, or the package that old releases export it as. */
export function isKeystoneClass(value: Value): boolean {
  const found = keystoneExport(value);
  return found?.package === 'keystone' && ['', 'Keystone'].includes(found.path.join('.'));
}

/** Whether every release that has the package has the export, so that it is neither null nor false. */
export function isListedExport(value: ExternalValue): boolean {
  const found = keystoneExport(value);
  if (found === null || found.path.length > 1) return false;
  const [name] = found.path;
  if (name === undefined || isFieldType(found.package, name)) return true;
  return exportsOf(found.package)?.includes(name) ?? false;
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

/** A project has few imports, and the reader asks about each for every field. */
const parsed = new Map<string, KeystoneExport | null>();

function parse(specifier: string): KeystoneExport | null {
  const former = parsed.get(specifier);
  if (former !== undefined) return former;
  const parts = keystoneImport(specifier);
  const type = parts === null ? null : typeOfFile(parts);
  const found = parts === null ? null : { package: parts.package, path: type === null ? [] : [type] };
  parsed.set(specifier, found);
  return found;
}

/** What a table has under a name that the program gives, except what every object has, such as `toString`. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}
