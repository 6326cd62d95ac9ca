export { compare, type Drift, presentVersions, toReplace } from './compare.ts';
export { type Edit, findEdits } from './edits.ts';
export { type Manifest, readManifest, type Version } from './manifest.ts';
export { isUnfinished, type OutFile } from './place.ts';
export {
  changesOf,
  finishCutOff,
  type NewVersion,
  nextId,
  type VersionChanges,
  type WriteOptions,
  writeVersion,
} from './write.ts';
