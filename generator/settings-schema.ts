import * as v from 'valibot';
import { OPTIONS, type Option } from './options.ts';

const text = v.pipe(v.string(), v.nonEmpty('is empty'));

type Entries = Record<string, v.GenericSchema>;

const entriesOf = (options: readonly (readonly [string, Option])[]): Entries => ({
  entries: v.optional(v.array(text), []),
  ...Object.fromEntries(options.map(([name, option]) => [name, schemaOf(option)])),
});

const ALL_OPTIONS = Object.entries<Option>(OPTIONS);

/** What can be set on the command line. */
export const CommandLine = v.strictObject(entriesOf(ALL_OPTIONS));

/** What can be set in the configuration, where editors want to be told its schema. */
export const Configuration = v.strictObject({
  $schema: v.optional(v.string()),
  ...entriesOf(ALL_OPTIONS.filter(([, { isForOneRun }]) => !isForOneRun)),
});

/** The schema of an option, by the table of options. */
function schemaOf(option: Option): v.GenericSchema {
  switch (option.type) {
    case 'choice':
      return v.optional(
        v.picklist(option.choices, `is not one of ${option.choices.join(', ')}`),
        option.default,
      );
    case 'text':
      return v.optional(textSchema(option.valid), option.default);
    case 'pairs':
      return v.optional(v.record(v.string(), option.mayBeEmpty ? v.string() : text), option.default);
    case 'flag':
      return v.optional(v.boolean(), option.default);
  }
}

function textSchema(valid: Extract<Option, { type: 'text' }>['valid']): v.GenericSchema {
  if (!valid) return text;
  const { test, fault } = valid;
  return test instanceof RegExp
    ? v.pipe(v.string(), v.regex(test, fault))
    : v.pipe(v.string(), v.check(test, fault));
}
