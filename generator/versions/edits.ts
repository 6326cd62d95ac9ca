import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksum, type Version } from './manifest.ts';

/** A file of a version that is no longer as it was written. */
export interface Edit {
  readonly file: string;
  readonly state: 'edited' | 'missing';
}

/** The files that were edited by hand or are missing, by their checksums. */
export function findEdits(out: string, versions: readonly Version[]): Edit[] {
  return versions.flatMap(({ files }) =>
    Object.entries(files).flatMap(([path, expected]): Edit[] => {
      const file = join(out, path);
      if (!existsSync(file)) return [{ file, state: 'missing' }];
      return checksum(readFileSync(file, 'utf8')) === expected ? [] : [{ file, state: 'edited' }];
    }),
  );
}
