import { fileURLToPath } from 'node:url';
import stringify from 'json-stringify-pretty-compact';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What is promised to other programs: the name of its schema, and the type that says it. */
const CONTRACTS = {
  manifest: 'Manifest',
  plan: 'PlanDocument',
  relationships: 'RelationshipsResult',
  generate: 'GenerateResult',
  'generate-stdout': 'ScriptsResult',
  check: 'CheckResult',
  templates: 'TemplatesResult',
} as const;

/** The JSON Schemas in generator/schemas, made from the types of the program, by path. */
export function schemas(): [path: string, text: string][] {
  const generator = createGenerator({
    path: `${root}generator/{versions/manifest,render/plan-document,commands/results}.ts`,
    tsconfig: `${root}tsconfig.json`,
    // Names are not unique: each database has its operations.
    expose: 'none',
    topRef: false,
    skipTypeCheck: true,
  });
  return Object.entries(CONTRACTS).map(([name, type]) => {
    const schema = {
      ...generator.createSchema(type),
      $schema: 'https://json-schema.org/draft/2020-12/schema',
    };
    return [`${root}generator/schemas/${name}.json`, `${stringify(schema, { maxLength: 110 })}\n`];
  });
}
