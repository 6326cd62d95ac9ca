import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { Refusal } from '../refusal.ts';
import { builtInTemplates, type Templates } from '../render/template-files.ts';
import { messageOf } from '../text/system-error.ts';
import { count } from './count.ts';
import type { TemplatesResult } from './results.ts';
import { templatesFor } from './templates-for.ts';

/** Lists the templates, and which are overridden. With --eject it writes the built-in ones to a folder. Returns the exit status. */
export async function templates(settings: Settings, console: Console): Promise<number> {
  const found = await templatesFor(settings);
  if (settings.eject !== undefined) eject(settings.cwd, settings.eject);
  if (settings.json) {
    const listed = [...found].map(([path, { overriddenBy }]) => ({ path, overriddenBy }));
    const result: TemplatesResult = { templates: listed, ejectedTo: settings.eject ?? null };
    console.result(JSON.stringify(result, null, 2));
  } else if (settings.eject !== undefined) {
    console.result(`Wrote ${count(found.size, 'template')} to ${settings.eject}.`);
    console.note(`Change some of them, delete the rest, and generate with --templates ${settings.eject}.`);
  } else {
    console.result(list(found).join('\n'));
  }
  return 0;
}

const list = (templates: Templates): string[] =>
  [...templates].map(([path, { overriddenBy }]) =>
    overriddenBy === null ? path : `${path}  overridden by ${overriddenBy}`,
  );

/** Writes the built-in templates. Refuses if that would change a file, and then writes nothing. */
function eject(cwd: string, folder: string): void {
  const files = [...builtInTemplates()].map(([path, { text }]) => ({
    file: resolve(cwd, folder, path),
    path,
    text,
  }));
  try {
    const others = files.filter(({ file, text }) => existsSync(file) && readFileSync(file, 'utf8') !== text);
    if (others.length > 0) {
      throw new Refusal(
        `${folder} has changed templates: ${others.map(({ path }) => path).join(', ')}.`,
        'Nothing was written: name a new folder.',
      );
    }
    for (const { file, text } of files) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  } catch (error) {
    if (error instanceof Refusal || !(error instanceof Error)) throw error;
    throw new Refusal(
      `${folder} cannot be written: ${messageOf(error)}`,
      'Name another folder, or make this one writable.',
    );
  }
}
