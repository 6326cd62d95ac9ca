import type { Adapter, List } from '../reader/project.ts';

/**
 * The names of the adapters of one Keystone, if it has several for a database: each has its own lists then, and gets its own
 * scripts. Otherwise empty. Several adapters without a name, or several defaults, belong to several instances of Keystone, one
 * of which the environment may choose.
 */
export function separateAdapters(adapters: readonly Adapter[]): string[] {
  const names = adapters.flatMap(({ name }) => name ?? []);
  const defaults = new Set(adapters.filter(({ isDefault }) => isDefault).map(({ name }) => name));
  const isOneKeystone = names.length === adapters.length && defaults.size <= 1;
  const isShared = (database: Adapter['database']) =>
    new Set(adapters.filter((one) => one.database === database).map(({ name }) => name)).size > 1;
  return isOneKeystone && (['postgres', 'mongo'] as const).some(isShared) ? [...new Set(names)] : [];
}

/** The adapters that a list names, or else the default ones. Empty if they are unknown. */
export const adaptersOf = ({ adapterName }: List, adapters: readonly Adapter[]): Adapter[] =>
  adapters.filter(({ name, isDefault }) => (adapterName === null ? isDefault : name === adapterName));

/**
 * A folder for each name, which is the name itself as far as every file system and shell takes it. Two names that differ only in
 * case get folders that differ in more.
 */
export function foldersOf(names: readonly string[]): Map<string, string> {
  const folders = new Map<string, string>();
  const isTaken = (folder: string) =>
    [...folders.values()].some((other) => other.toLowerCase() === folder.toLowerCase());
  for (const name of names) {
    const plain = name.replaceAll(/^-|[^\p{L}\p{N}_-]/gu, '_') || '_';
    let folder = plain;
    for (let number = 2; isTaken(folder); number++) folder = `${plain}_${number}`;
    folders.set(name, folder);
  }
  return folders;
}
