import * as v from 'valibot';

/** Where a call is written: the absolute path of the file, counted from 1. */
const Call = v.object({ file: v.string(), line: v.number(), column: v.number() });

const Field = v.object({
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

const FoundList = v.object({
  key: v.string(),
  adapterName: v.nullable(v.string()),
  collection: v.nullable(v.string()),
  idType: v.nullable(v.string()),
  fieldPaths: v.array(v.string()),
  relationships: v.array(Field),
  /** The call that creates the list. */
  call: v.nullable(Call),
});

const FoundAdapter = v.object({
  name: v.nullable(v.string()),
  isDefault: v.boolean(),
  database: v.picklist(['postgres', 'mongo', 'prisma']),
  schemaName: v.nullable(v.string()),
});

/** What ended a run too early. */
const Stop = v.object({
  kind: v.picklist(['exception', 'exit', 'limit']),
  message: v.string(),
  call: v.nullable(Call),
});

/** Something that the code asked for and that is not in the source. */
const Outside = v.object({ kind: v.picklist(['variable', 'package', 'file', 'other']), name: v.string() });

const json = <Schema extends v.GenericSchema>(schema: Schema) => v.pipe(v.string(), v.parseJson(), schema);

const Findings = v.object({
  /** Lists and adapters are JSON when they leave the engine. */
  lists: v.array(json(FoundList)),
  adapters: v.array(json(FoundAdapter)),
  stop: v.nullable(Stop),
  /** What decides about lists and is not in the source, as a clause. */
  doubt: v.nullable(v.string()),
  outside: v.array(Outside),
});

export type Call = v.InferOutput<typeof Call>;
export type FoundField = v.InferOutput<typeof Field>;
export type FoundList = v.InferOutput<typeof FoundList>;
export type FoundAdapter = v.InferOutput<typeof FoundAdapter>;
export type Stop = v.InferOutput<typeof Stop>;
export type Outside = v.InferOutput<typeof Outside>;
export type Findings = v.InferOutput<typeof Findings>;
/** What leaves the engine. */
export type RawFindings = v.InferInput<typeof Findings>;

/** Checks what a run reports, which the code that ran may have tampered with. Null if it makes no sense. */
export function parseFindings(reported: unknown): Findings | null {
  const result = v.safeParse(Findings, reported);
  return result.success ? result.output : null;
}
