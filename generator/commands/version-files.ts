import type { Plan } from '../plan/index.ts';
import type { Settings } from '../settings.ts';
import type { OutFile } from '../versions/index.ts';
import { reviewPage, rootFrom } from './review-files.ts';
import { templatesFor } from './templates-for.ts';

/** All files of a version, by paths from the out folder. */
export async function versionFiles(settings: Settings, id: string, plan: Plan): Promise<OutFile[]> {
  // Formatting SQL is slow to load: not before there is something to format.
  const { renderScripts } = await import('../render/index.ts');
  const templates = await templatesFor(settings);
  const scripts = [
    ...renderScripts(plan, templates, rootFrom(settings)),
    ...(await reviewPage(settings, plan, templates)),
  ];
  return scripts.map(({ path, text }) => ({ path: `${id}/${path}`, text }));
}
