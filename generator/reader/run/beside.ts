/** Files beside the thread's module, which are loaded when they are needed. The bundle defines their URLs. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The URL of a file, given from this module. */
export const fileOf = (url: string): URL => new URL(url, import.meta.url);

/** Loads a CommonJS module. */
export const loadFile = (url: string): unknown => createRequire('file:///')(fileURLToPath(fileOf(url)));
