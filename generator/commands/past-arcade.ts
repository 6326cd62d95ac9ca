import path from 'node:path';
import type { Settings } from '../command-line/settings.ts';
import type { Diagnostic } from '../diagnostics.ts';
import type { Adapter, Project } from '../reader/index.ts';
import { foldersUp } from '../reader/modules/files.ts';
import { dependenciesOf } from '../reader/modules/packages.ts';

const isPrisma = ({ database }: Adapter): boolean => database === 'prisma';

/** Whether the database has the new schema for certain: the PrismaAdapter came after Arcade. */
export const isPastArcade = ({ adapters }: Pick<Project, 'adapters'>): boolean => adapters.some(isPrisma);

/** A warning at each PrismaAdapter. */
export const prismaWarnings = ({ adapters }: Pick<Project, 'adapters'>): Diagnostic[] =>
  adapters.filter(isPrisma).map(({ source }) => ({
    code: 'AM3003',
    severity: 'warning',
    message:
      'The lists are on a PrismaAdapter, which came after Arcade: their database has the new schema already.',
    help: 'There is nothing to migrate. For an older database, take the list files of that time from version control.',
    source,
  }));

/** Not @keystone-alpha/keystone: its versions 9 to 16 are older than Arcade. */
const KEYSTONE = ['@keystonejs/keystone', '@open-keystone/keystone'];

/**
 * A note for projects that have Keystone 8 or later: it may have created their database. Null for other projects.
 * The package.json that counts is the nearest one that lists Keystone.
 */
export function newKeystoneNote({ entries, cwd }: Settings): string | null {
  for (const at of entries.flatMap((entry) => foldersUp(path.resolve(cwd, entry)))) {
    const dependencies = dependenciesOf(at);
    const name = KEYSTONE.find((each) => dependencies[each] !== undefined);
    if (name === undefined) continue;
    const range = String(dependencies[name]);
    if (!(Number(/\d+/.exec(range)?.[0]) >= 8)) return null;
    const shown = path.relative(cwd, path.join(at, 'package.json')).replaceAll('\\', '/');
    return `${shown} has ${name} ${range}. A database that Keystone 8 or later created needs no migration: preflight says whether yours does.`;
  }
  return null;
}
