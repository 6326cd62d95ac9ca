import type Handlebars from 'handlebars';
import runtime from 'handlebars/runtime.js';
import { Refusal } from '../refusal.ts';
import { describeTemplateFault, positionOf, reasonOf } from './template-error.ts';
import { overridesIn, type Template, type Templates, templateName } from './template-files.ts';

/** The values that a template can use. */
export type TemplateData = Readonly<Record<string, unknown>>;

export type Renderer = (template: string, data: TemplateData) => string;

/**
 * Prepares the templates. Each is called by its name, such as `postgres/migrate`, and can use every other one as a partial. A
 * template that uses a value it does not get is an error, or a Refusal if the user has overridden templates.
 */
export function makeRenderer(templates: Templates, helpers: Handlebars.HelperDeclareSpec): Renderer {
  const handlebars = runtime.create();
  for (const [name, helper] of Object.entries({
    each: runtime.helpers.each,
    ...generalHelpers,
    ...helpers,
  })) {
    if (helper) handlebars.registerHelper(name, rejectingUndefined(name, helper));
  }
  const areOverridden = overridesIn(templates).length > 0;
  for (const [path, template] of templates) {
    let compiled: Handlebars.TemplateDelegate | undefined;
    const render: Handlebars.TemplateDelegate = (data, options) => {
      compiled ??= handlebars.template(template.specification());
      return compiled(data, options);
    };
    handlebars.registerPartial(
      templateName(path),
      areOverridden
        ? withRefusals(render, { ...template, overriddenBy: template.overriddenBy ?? path })
        : render,
    );
  }
  return (template, data) => {
    const render = handlebars.partials[template] as Handlebars.TemplateDelegate | undefined;
    if (!render) throw new Error(`There is no template ${template}`);
    return render(data);
  };
}

/** In strict mode Handlebars throws if a template prints a missing value, but it still passes `undefined` to a helper. */
function rejectingUndefined(name: string, helper: Handlebars.HelperDelegate): Handlebars.HelperDelegate {
  return function (this: unknown, ...values: unknown[]) {
    const options = values.at(-1) as Handlebars.HelperOptions & hbs.AST.Node;
    if (values.includes(undefined))
      throw new runtime.Exception(`${name} gets a value that does not exist`, options);
    return helper.apply(this, values as Parameters<Handlebars.HelperDelegate>);
  };
}

/** Turns an error in a template into a Refusal that names the innermost template. */
function withRefusals(render: Handlebars.TemplateDelegate, template: Template): Handlebars.TemplateDelegate {
  return (data: TemplateData, options) => {
    try {
      return render(data, options);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal(
        describeTemplateFault(template, reasonOf(error), positionOf(error)),
        `Nothing was written. This template gets the values ${Object.keys(data).join(', ')}: see docs/templates.md.`,
      );
    }
  };
}

/** Handlebars passes its options as the last argument of a helper. */
const withoutOptions = (values: unknown[]): unknown[] => values.slice(0, -1);

const generalHelpers: Handlebars.HelperDeclareSpec = {
  array: (...values: unknown[]) => withoutOptions(values),
  equal: (a: unknown, b: unknown) => a === b,
  /** For numbered lists, which start with 1. */
  position: (index: number) => index + 1,
  or: (...values: unknown[]) => withoutOptions(values).some(Boolean),
  either: (condition: unknown, yes: unknown, no: unknown) => (condition ? yes : no),
  any: (...lists: unknown[]) => withoutOptions(lists).some((list) => Array.isArray(list) && list.length > 0),
  concat: (...values: unknown[]) => withoutOptions(values).join(''),
};
