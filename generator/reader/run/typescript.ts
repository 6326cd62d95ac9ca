import type * as morph from 'ts-morph';
import { loadFile } from './beside.ts';

/** Defined by the bundle. */
declare const TYPESCRIPT: string;

/** Replaces ts-morph in the thread, where few runs need TypeScript: it takes long to load. */
export const ts = new Proxy({} as typeof morph.ts, {
  get: (_target, name) => Reflect.get(loadFile(TYPESCRIPT) as object, name),
});
