export {
  changedOptions,
  changesIn,
  compare,
  type Drift,
  presentVersions,
  relationshipsOf,
  toReplace,
  uncoveredBy,
  withOptionsOf,
} from './compare.ts';
export { type Edit, findEdits } from './edits.ts';
export { checksum, type Manifest, readManifest, type Version } from './manifest.ts';
export { type OutFile, refuseUnfinished } from './place.ts';
export {
  changesOf,
  finishCutOff,
  type NewVersion,
  nextId,
  type VersionChanges,
  type WriteOptions,
  writeFiles,
  writeVersion,
} from './write.ts';
