export { compare, type Drift, presentVersions } from './compare.ts';
export { type Edit, findEdits } from './edits.ts';
export { type Manifest, readManifest, type Version } from './manifest.ts';
export { writeVersion } from './write.ts';
