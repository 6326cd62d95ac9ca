import type { ExternalValue, Value } from '../values.ts';
import { keystoneImport, typeOfFile } from './facts.ts';

/** Whether the text of an import names one of Keystone's packages, or a file inside one. */
export function isKeystonePackage(specifier: string): boolean {
  return parse(specifier) !== null;
}

/** An export of one of Keystone's packages, without the scope. */
export interface KeystoneExport {
  /** The name of the package without its scope: `fields`. */
  readonly package: string;
  readonly path: readonly string[];
}

/** Which export of Keystone's packages a value is, whatever the scope it was published under; null for any other value. */
export function keystoneExport(value: Value): KeystoneExport | null {
  if (value.kind !== 'external') return null;
  const found = parse(value.package);
  if (found === null || value.path.length === 0) return found;
  return { package: found.package, path: [...found.path, ...value.path] };
}

/** Import texts that were taken apart before: a project has few, and each is asked about for every field. */
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

/** What a table has under a name that the program gives: not what every object has, as `toString`. */
export function entryOf<Entry>(table: Readonly<Record<string, Entry>>, name: string): Entry | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

/** Whether a value is the export of a Keystone package under that name. */
export function isExport(value: Value, packages: readonly string[], name: string): value is ExternalValue {
  const found = keystoneExport(value);
  return found !== null && packages.includes(found.package) && found.path.join('.') === name;
}
