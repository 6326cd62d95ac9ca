import { join, resolve } from 'node:path';
import Handlebars from 'handlebars';
import { didYouMean } from '../command-line/nearest.ts';
import { Refusal } from '../refusal.ts';
import { compileTemplate } from './compile-template.ts';
import { describeFault, positionOf, reasonOf } from './template-error.ts';
import {
  builtInTemplates,
  filesBelow,
  readText,
  type Template,
  type Templates,
  templateName,
} from './template-files.ts';

/** A folder that is no folder of templates has more faults than anyone would read. */
const MOST_FAULTS = 10;

/**
 * The templates of the program, with those that a folder of the user has put in their place: a file there overrides the one
 * at the same path. Refuses, with all faults in one message, files at other paths, and templates that cannot be parsed or
 * call a partial that does not exist.
 */
export function overrideTemplates(cwd: string, folder: string): Templates {
  const templates = new Map(builtInTemplates());
  const faults: string[] = [];
  const paths = [...templates.keys()];
  for (const path of filesOf(cwd, folder)) {
    const file = join(folder, path).replaceAll('\\', '/');
    const builtIn = templates.get(path);
    const text = readText(resolve(cwd, folder, path));
    if (!builtIn) faults.push(`${file} has the name of no template${didYouMean(path, paths)}`);
    // One that was written out and not changed overrides nothing.
    else if (text !== builtIn.text) {
      templates.set(path, { text, specification: () => compileTemplate(text), overriddenBy: file });
    }
  }
  const names = new Set(paths.map(templateName));
  for (const template of templates.values()) {
    if (template.overriddenBy !== null) faults.push(...check(template, names));
  }
  if (faults.length > 0) {
    const more = faults.length - MOST_FAULTS;
    throw new Refusal(
      [...faults.slice(0, MOST_FAULTS), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
      'Nothing was written. "arcade-migrate templates" lists the names; docs/templates.md says what each template is given.',
    );
  }
  return templates;
}

function filesOf(cwd: string, folder: string): string[] {
  try {
    return filesBelow(resolve(cwd, folder));
  } catch (error) {
    throw new Refusal(
      `The templates in ${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'Name a folder with --templates; "arcade-migrate templates --eject <folder>" writes one.',
    );
  }
}

/** What can be said of a template before it is given anything. */
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
      // One whose name is put together is known only when it is called.
      if (!('original' in name) || names.has(String(name.original))) return;
      const message = `there is no template ${name.original}${didYouMean(String(name.original), [...names])}`;
      missing.push(describeFault(template, message, { line: loc.start.line, column: loc.start.column + 1 }));
    }
  }
  try {
    new Partials().accept(Handlebars.parse(template.text));
    return missing;
  } catch (error) {
    return [describeFault(template, reasonOf(error), positionOf(error))];
  }
}
