import * as v from 'valibot';
import type { Findings } from './guest/request.ts';

const call = v.nullable(v.object({ file: v.string(), line: v.number(), column: v.number() }));

const field = v.object({
  path: v.string(),
  ref: v.string(),
  many: v.boolean(),
  isUnique: v.boolean(),
  isIndexed: v.nullable(v.boolean()),
  isNotNullable: v.boolean(),
  mongooseOptions: v.object({
    unique: v.exactOptional(v.boolean()),
    sparse: v.exactOptional(v.boolean()),
    index: v.exactOptional(v.boolean()),
  }),
});

const list = v.object({
  key: v.string(),
  adapterName: v.nullable(v.string()),
  collection: v.nullable(v.string()),
  idType: v.nullable(v.string()),
  fieldPaths: v.array(v.string()),
  relationships: v.array(field),
  call,
});

const adapter = v.object({
  name: v.nullable(v.string()),
  isDefault: v.boolean(),
  database: v.picklist(['postgres', 'mongo', 'prisma']),
  schemaName: v.nullable(v.string()),
});

const schema: v.GenericSchema<unknown, Findings> = v.object({
  lists: v.array(list),
  adapters: v.array(adapter),
  stop: v.nullable(v.object({ kind: v.picklist(['exception', 'exit', 'limit']), message: v.string(), call })),
  doubts: v.array(v.string()),
  outside: v.array(
    v.object({ kind: v.picklist(['variable', 'package', 'file', 'other']), name: v.string() }),
  ),
});

/** What a run says that it has found. The program that ran may have had its hand in it: null where it makes no sense. */
export function parseFindings(json: string): Findings | null {
  try {
    const result = v.safeParse(schema, JSON.parse(json));
    return result.success ? result.output : null;
  } catch {
    return null;
  }
}
