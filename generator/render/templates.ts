import type Handlebars from 'handlebars';
import runtime from 'handlebars/runtime.js';
import { Refusal } from '../refusal.ts';
import { describeFault, positionOf, reasonOf } from './template-error.ts';
import { overridesIn, type Template, type Templates, templateName } from './template-files.ts';

/** What a template sees: plain data. */
export type TemplateData = Readonly<Record<string, unknown>>;

export type Renderer = (template: string, data: TemplateData) => string;

/**
 * Prepares the templates: each is called by its name, as `postgres/migrate`, and can use every other one as a
 * partial. A template that asks for a value it is not given is an error; it is a Refusal where the user has overridden templates.
 */
export function makeRenderer(templates: Templates, helpers: Handlebars.HelperDeclareSpec): Renderer {
  const handlebars = runtime.create();
  for (const [name, helper] of Object.entries({
    each: runtime.helpers.each,
    ...generalHelpers,
    ...helpers,
  })) {
    if (helper) handlebars.registerHelper(name, demanding(name, helper));
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
        ? explaining(render, { ...template, overriddenBy: template.overriddenBy ?? path })
        : render,
    );
  }
  return (template, data) => {
    const render = handlebars.partials[template] as Handlebars.TemplateDelegate | undefined;
    if (!render) throw new Error(`There is no template ${template}`);
    return render(data);
  };
}

/** Handlebars is strict about what a template prints, but hands a helper `undefined` for what is not there. */
function demanding(name: string, helper: Handlebars.HelperDelegate): Handlebars.HelperDelegate {
  return function (this: unknown, ...values: unknown[]) {
    const options = values.at(-1) as Handlebars.HelperOptions & hbs.AST.Node;
    if (values.includes(undefined))
      throw new runtime.Exception(`${name} is given a value that is not there`, options);
    return helper.apply(this, values as Parameters<Handlebars.HelperDelegate>);
  };
}

/** Makes what goes wrong in a template an answer to the user: the innermost template is the one that is named. */
function explaining(render: Handlebars.TemplateDelegate, template: Template): Handlebars.TemplateDelegate {
  return (data: TemplateData, options) => {
    try {
      return render(data, options);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      throw new Refusal(
        describeFault(template, reasonOf(error), positionOf(error)),
        `Nothing was written. This template is given ${Object.keys(data).join(', ')}: see docs/templates.md.`,
      );
    }
  };
}

/** Handlebars passes its options as the last argument of a helper. */
const withoutOptions = (values: unknown[]): unknown[] => values.slice(0, -1);

const generalHelpers: Handlebars.HelperDeclareSpec = {
  array: (...values: unknown[]) => withoutOptions(values),
  equal: (a: unknown, b: unknown) => a === b,
  /** Lists for people count from 1. */
  position: (index: number) => index + 1,
  or: (...values: unknown[]) => withoutOptions(values).some(Boolean),
  either: (condition: unknown, yes: unknown, no: unknown) => (condition ? yes : no),
  any: (...lists: unknown[]) => withoutOptions(lists).some((list) => Array.isArray(list) && list.length > 0),
  concat: (...values: unknown[]) => withoutOptions(values).join(''),
};
