import type Handlebars from 'handlebars';
import runtime from 'handlebars/runtime.js';
import { LAYOUT_NAMES, LAYOUTS, layOut } from '../../generator/layouts/index.ts';
import { planMigration } from '../../generator/plan/index.ts';
import { type Project, readLists } from '../../generator/reader/index.ts';
import { findRelationships } from '../../generator/relationships/index.ts';
import { renderScripts } from '../../generator/render/index.ts';
import { renderReviewPage } from '../../generator/render/review/page.ts';
import { builtInTemplates, templateName } from '../../generator/render/template-files.ts';
import { keystoneCases } from './keystone-cases.ts';
import { projectOf } from './lists.ts';

/** The names of the values that a template gets, always or sometimes. */
export interface TemplateData {
  readonly always: readonly string[];
  readonly sometimes: readonly string[];
}

/**
 * The values that each template gets, by its path, and all helpers. Found by rendering the Keystone cases: every template, even the
 * first, is called as a partial, so wrapping the partials shows their values.
 */
export function templateData(): { data: Map<string, TemplateData>; helpers: string[] } {
  const calls = new Map<string, object[]>();
  const helpers = new Set<string>();
  const { create } = runtime;
  runtime.create = () => {
    const handlebars = create();
    const { registerPartial, registerHelper } = handlebars;
    handlebars.registerPartial = ((name: string, render: Handlebars.TemplateDelegate) => {
      const noted: Handlebars.TemplateDelegate = (given: object, options) => {
        calls.set(name, [...(calls.get(name) ?? []), given]);
        return render(given, options);
      };
      Reflect.apply(registerPartial, handlebars, [name, noted]);
    }) as typeof registerPartial;
    handlebars.registerHelper = ((name: string, helper: Handlebars.HelperDelegate) => {
      helpers.add(name);
      Reflect.apply(registerHelper, handlebars, [name, helper]);
    }) as typeof registerHelper;
    return handlebars;
  };
  try {
    renderCases();
  } finally {
    runtime.create = create;
  }
  const paths = [...builtInTemplates().keys()];
  const data = new Map(paths.map((path) => [path, namesIn(path, calls.get(templateName(path)) ?? [])]));
  return { data, helpers: [...helpers].sort() };
}

function namesIn(path: string, calls: readonly object[]): TemplateData {
  if (calls.length === 0) throw new Error(`No project here uses ${path}: add one that does.`);
  const names = [...new Set(calls.flatMap((given) => Object.keys(given)))].sort();
  const isAlways = (name: string) => calls.every((given) => name in given);
  return { always: names.filter(isAlways), sometimes: names.filter((name) => !isAlways(name)) };
}

/** Renders a project for both databases, with each --reconcile, and for all runners. */
function renderCases(): void {
  const order = { sideOrder: 'alphabetical', locale: 'en' } as const;
  const target = { databases: ['postgres', 'mongo'], schemaName: 'public', lockTimeout: '5s' } as const;
  for (const project of projects()) {
    const { relationships } = findRelationships(project, order);
    for (const reconcile of ['merge', 'resolve', 'discard'] as const) {
      renderScripts(planMigration(project, relationships, { ...target, ...order, reconcile }).plan);
    }
    const { plan } = planMigration(project, relationships, { ...target, ...order, reconcile: 'abort' });
    renderReviewPage(plan, builtInTemplates(), null);
    const scripts = renderScripts(plan);
    for (const name of LAYOUT_NAMES) {
      const hasScripts = name !== 'plain' && plan[LAYOUTS[name].database]?.steps.length;
      if (hasScripts) layOut(name, 'arcade', scripts, EMPTY_FOLDER);
    }
  }
}

const EMPTY_FOLDER = { paths: () => [], own: [], read: () => '' };

const projects = (): Project[] => [
  ...keystoneCases
    .filter(({ refused }) => refused === null)
    .map(({ folder }) => ({ ...readLists(['lists.js'], { cwd: folder }), adapters: [] })),
  // No Keystone case has a unique index on the dropped side.
  projectOf({
    Post: { author: { ref: 'User.post', isUnique: true } },
    User: { post: { ref: 'Post.author', isUnique: true } },
  }),
];
