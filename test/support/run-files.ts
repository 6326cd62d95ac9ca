import fs from 'node:fs';
import path from 'node:path';
import { newResolver } from '../../generator/reader/modules/resolve.ts';
import { answering } from '../../generator/reader/run/answers.ts';
import { runInEngine } from '../../generator/reader/run/engine.ts';
import type { Findings, World } from '../../generator/reader/run/guest/request.ts';
import { projectFolder } from '../../generator/reader/run/project-folder.ts';

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
  const answer = answering(newResolver(), projectFolder(folder, entries));
  const request = { world, cwd: folder, env: {}, entries, lists: [] };
  const findings = runInEngine(request, new Map(), answer);
  if (findings === null) throw new Error('The engine failed.');
  return findings;
}
