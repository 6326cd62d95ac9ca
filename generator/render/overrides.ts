import { join, resolve } from 'node:path';
import Handlebars from 'handlebars';
import { Refusal } from '../refusal.ts';
import { didYouMean } from '../text/nearest.ts';
import { messageOf } from '../text/system-error.ts';
import { compileTemplate } from './compile-template.ts';
import { describeTemplateFault, positionOf, reasonOf } from './template-error.ts';
import {
  builtInTemplates,
  filesBelow,
  readText,
  type Template,
  type Templates,
  templateName,
} from './template-files.ts';

/** A folder with other files than templates would have more faults than anyone reads. */
const MAX_FAULTS = 10;

/**
 * The built-in templates, where a file in the user's folder overrides the template at the same path. Refuses files at any
 * other path, templates that cannot be parsed, and calls of partials that do not exist. The message lists all faults.
 */
export function overrideTemplates(cwd: string, folder: string): Templates {
  const templates = new Map(builtInTemplates());
  const faults: string[] = [];
  const paths = [...templates.keys()];
  for (const path of filesOf(cwd, folder)) {
    const file = join(folder, path).replaceAll('\\', '/');
    const builtIn = templates.get(path);
    const text = readText(resolve(cwd, folder, path));
    if (!builtIn) faults.push(`${file} is not named like a template${didYouMean(path, paths)}`);
    // An ejected template that the user has not changed does not count as an override.
    else if (text !== builtIn.text) {
      templates.set(path, { text, specification: () => compileTemplate(text), overriddenBy: file });
    }
  }
  const names = new Set(paths.map(templateName));
  for (const template of templates.values()) {
    if (template.overriddenBy !== null) faults.push(...check(template, names));
  }
  if (faults.length > 0) {
    const more = faults.length - MAX_FAULTS;
    throw new Refusal(
      [...faults.slice(0, MAX_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
      'Nothing was written. "arcade-migrate templates" lists the names; docs/templates.md says which values each template gets.',
    );
  }
  return templates;
}

function filesOf(cwd: string, folder: string): string[] {
  try {
    return filesBelow(resolve(cwd, folder));
  } catch (error) {
    throw new Refusal(
      `The templates in ${folder} cannot be read: ${messageOf(error)}`,
      'Name a folder with --templates; "arcade-migrate templates --eject <folder>" writes one.',
    );
  }
}

/** The faults that show before the template is rendered. */
function check(template: Template, names: ReadonlySet<string>): string[] {
  const missing: string[] = [];
  class Partials extends Handlebars.Visitor {
    override PartialStatement(partial: hbs.AST.PartialStatement): void {
      super.PartialStatement(partial);
      this.look(partial);
    }
    override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
      super.PartialBlockStatement(partial);
      this.look(partial);
    }
    look({ name, loc }: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement): void {
      // The name of a dynamic partial is not known before the template is rendered.
      if (!('original' in name) || names.has(String(name.original))) return;
      const message = `there is no template ${name.original}${didYouMean(String(name.original), [...names])}`;
      missing.push(
        describeTemplateFault(template, message, { line: loc.start.line, column: loc.start.column + 1 }),
      );
    }
  }
  try {
    new Partials().accept(Handlebars.parse(template.text));
    return missing;
  } catch (error) {
    return [describeTemplateFault(template, reasonOf(error), positionOf(error))];
  }
}
