import type { Settings } from '../command-line/settings.ts';
import { builtInTemplates, type Templates } from '../render/template-files.ts';

/** The built-in templates, with the overrides of --templates. */
export async function templatesFor({ cwd, templates }: Settings): Promise<Templates> {
  if (templates === undefined) return builtInTemplates();
  const { overrideTemplates } = await import('../render/overrides.ts');
  return overrideTemplates(cwd, templates);
}
