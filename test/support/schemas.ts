import { fileURLToPath } from 'node:url';
import stringify from 'json-stringify-pretty-compact';
import { createGenerator } from 'ts-json-schema-generator';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The documented formats: the name of each schema, and its type. */
const CONTRACTS = {
  manifest: 'Manifest',
  plan: 'PlanDocument',
  relationships: 'RelationshipsResult',
  generate: 'GenerateResult',
  'generate-stdout': 'ScriptsResult',
  check: 'CheckResult',
  templates: 'TemplatesResult',
} as const;

/** The JSON Schemas in generator/schemas, generated from the types of the program, by path. */
export function schemas(): [path: string, text: string][] {
  const generator = createGenerator({
    path: `${root}generator/{versions/manifest,render/plan-document,commands/results}.ts`,
    tsconfig: `${root}tsconfig.json`,
    // Type names are not unique: each database has its own steps.
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
