export {
  changesIn,
  compare,
  type Drift,
  presentVersions,
  relationshipsOf,
  toReplace,
  uncoveredBy,
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
  writeVersion,
} from './write.ts';
