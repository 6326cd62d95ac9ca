import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toJsonSchema } from '@valibot/to-json-schema';
import { Configuration } from '../../generator/command-line/settings-schema.ts';
import { codes, isUnresolved } from '../../generator/diagnostics.ts';
import { LAYOUT_NAMES, LAYOUTS, type Layout, renderOptionsOf } from '../../generator/layouts/index.ts';
import { ListsFile } from '../../generator/reader/lists-file.ts';
import { runCli } from './cli.ts';
import { jsonExamples } from './json-examples.ts';
import { generateSample } from './sample.ts';
import { schemas } from './schemas.ts';
import { type TemplateData, templateData } from './template-data.ts';

const DIAGNOSTICS = fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url));
const TEMPLATES = fileURLToPath(new URL('../../docs/templates.md', import.meta.url));
const SCHEMA = fileURLToPath(new URL('../../generator/schemas/config.json', import.meta.url));
const LISTS_SCHEMA = fileURLToPath(new URL('../../generator/schemas/lists.json', import.meta.url));
const JSON_DOC = fileURLToPath(new URL('../../docs/json.md', import.meta.url));
const LAYOUTS_DOC = fileURLToPath(new URL('../../docs/layouts.md', import.meta.url));
const CLI_DOC = fileURLToPath(new URL('../../docs/cli.md', import.meta.url));
const README = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The documents with a generated part, as the program generates it now, and the schemas. By path. */
export async function documents(): Promise<Map<string, string>> {
  const { stdout } = await runCli('.', 'generate', '--help');
  const { data, helpers } = templateData();
  return new Map([
    fillIn(README, { 'first step': await firstStep() }),
    fillIn(CLI_DOC, { 'help generate': `\`\`\`text\n${stdout.trimEnd()}\n\`\`\`` }),
    [SCHEMA, `${JSON.stringify(configurationSchema(), null, 2)}\n`],
    [LISTS_SCHEMA, `${JSON.stringify(listsSchema(), null, 2)}\n`],
    fillIn(DIAGNOSTICS, { codes: codesTable() }),
    fillIn(JSON_DOC, await jsonParts()),
    fillIn(LAYOUTS_DOC, { layouts: layoutsTable(), commands: commandsTable() }),
    fillIn(TEMPLATES, { helpers: list(helpers), ...templatesParts(data) }),
    ...schemas(),
  ]);
}

/** The schema of arcade-migrate.config.json, for editors. It leaves checks that are not patterns to the program. */
const configurationSchema = () => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'The configuration of arcade-migrate',
  ...toJsonSchema(Configuration, { typeMode: 'input', errorMode: 'ignore', ignoreActions: ['check'] }),
});

/** The schema of a description of lists, for editors. */
const listsSchema = () => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A description of lists',
  ...toJsonSchema(ListsFile, { typeMode: 'output', target: 'draft-2020-12', ignoreActions: ['check'] }),
});

/** The generated parts of a document, by the name in the comment before each. The comment after it has the first word of the name. */
function fillIn(path: string, parts: Readonly<Record<string, string>>): [path: string, text: string] {
  let document = readFileSync(path, 'utf8');
  for (const [name, text] of Object.entries(parts)) {
    const part = new RegExp(`(<!-- ${name} -->\\n).*?(<!-- /${name.split(' ')[0]} -->)`, 's');
    document = document.replace(part, (_, before: string, after: string) => `${before}${text}\n${after}`);
  }
  return [path, document];
}

/** The first step of the sample's migrate.sql: its comment, its check and its change. */
async function firstStep(): Promise<string> {
  const script = readFileSync(join(await generateSample(), '0001_arcade/postgres/migrate.sql'), 'utf8');
  const [, step = ''] = /(\n {2}-- 1\. .*?)\n\n/s.exec(script) ?? [];
  return `\`\`\`sql${step}\n\`\`\``;
}

async function jsonParts(): Promise<Record<string, string>> {
  const examples = Object.entries(await jsonExamples());
  return Object.fromEntries(examples.map(([name, text]) => [`json ${name}`, `\`\`\`json\n${text}\n\`\`\``]));
}

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

function layoutsTable(): string {
  const rows = Object.entries<Layout>(LAYOUTS).map(([name, { database, folder, files, numbers, list }]) => {
    const paths = files.map(({ path }) => path({ name: 'arcade', number: '{number}' }));
    return [
      '',
      name,
      database === 'postgres' ? 'PostgreSQL' : 'MongoDB',
      `\`${folder}\``,
      [...paths.map((path) => `\`${path}\``), ...(list ? [`a line in \`${list.path}\``] : [])].join(', '),
      numbers?.first ?? '',
      '',
    ]
      .join(' | ')
      .trim();
  });
  return [
    '| `--layout` | database | default of `--migrations` | files | first number |',
    '|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function commandsTable(): string {
  const rows = LAYOUT_NAMES.filter((name) => name !== 'plain').map((name) => {
    const commands = Object.entries(renderOptionsOf(name).runner?.commands('') ?? {});
    return `| ${name} | ${commands.map(([script, command]) => `${script}: \`${command}\``).join('<br>')} |`;
  });
  return ['| | |', '|---|---|', ...rows].join('\n');
}

/** Names for groups of values in the tables, such as `a step`. A group has the values that all of these templates get. */
const SHARED: Readonly<Record<string, RegExp>> = {
  'the plan': /^postgres\/(preflight|migrate|verify|rollback)\.sql\.hbs$/,
  'a step': /^postgres\/migrate\//,
  'the review': /^review\/(markdown|page)\.\w+\.hbs$/,
  'the scripts': /^layouts\//,
};

function templatesParts(data: ReadonlyMap<string, TemplateData>): Record<string, string> {
  const shared = Object.entries(SHARED).map(([name, paths]) => {
    const given = [...data].filter(([path]) => paths.test(path)).map(([, { always }]) => always);
    return {
      name,
      values: (given[0] ?? []).filter((value) => given.every((values) => values.includes(value))),
    };
  });
  const shortly = (values: readonly string[]): string => {
    const within = shared.filter((group) => group.values.every((value) => values.includes(value)));
    const others = values.filter((value) => !within.some((group) => group.values.includes(value)));
    return [...within.map(({ name }) => name), ...others.map((value) => `\`${value}\``)].join(', ');
  };
  const rows = [...data].map(
    ([path, { always, sometimes }]) => `| ${path} | ${shortly(always)} | ${shortly(sometimes)} |`,
  );
  return {
    values: [
      '| name | values |',
      '|---|---|',
      ...shared.map(({ name, values }) => `| ${name} | ${list(values)} |`),
    ].join('\n'),
    templates: ['| template | always | sometimes |', '|---|---|---|', ...rows].join('\n'),
  };
}

function codesTable(): string {
  const rows = Object.entries(codes).map(([code, meaning]) => {
    const unresolved = isUnresolved({ code: code as keyof typeof codes });
    return `| ${code} | ${unresolved ? 'unknown' : 'wrong'} | ${meaning} |`;
  });
  return ['| code | | |', '|---|---|---|', ...rows].join('\n');
}
