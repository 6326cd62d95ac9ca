import fs from 'node:fs';
import path from 'node:path';
import { runInEngine } from '../../generator/reader/run/engine.ts';
import type { Findings } from '../../generator/reader/run/findings.ts';
import type { World } from '../../generator/reader/run/guest/request.ts';

/** Runs the project with the entry `index.js` in the engine of the second reading, and returns the findings. */
export function runFiles(
  folder: string,
  files: Readonly<Record<string, string>>,
  world: World = 'plain',
): Findings {
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
  const entries = [path.join(folder, 'index.js')];
  const request = { world, cwd: folder, env: {}, entries, lists: [] };
  const findings = runInEngine(request, new Map());
  if (findings === null) throw new Error('The engine failed.');
  return findings;
}
