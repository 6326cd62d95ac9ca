import type { Settings } from '../command-line/settings.ts';
import { builtInTemplates, type Templates } from '../render/template-files.ts';

/** The templates that the settings ask for: the program's own, some of them overridden with --templates. */
export async function templatesFor({ cwd, templates }: Settings): Promise<Templates> {
  if (templates === undefined) return builtInTemplates();
  const { overrideTemplates } = await import('../render/overrides.ts');
  return overrideTemplates(cwd, templates);
}
