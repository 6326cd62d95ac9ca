import * as v from 'valibot';
import { OPTIONS, type Option } from './options.ts';

const string = v.string('must be a string');
const text = v.pipe(string, v.nonEmpty('must not be empty'));

const ENTRIES = v.pipe(
  v.array(text, 'must be a list of file names'),
  v.description('the files that create the lists, or folders of list files, from the working directory'),
);

/** The fault of a value that should have names. */
export const PAIRS_FAULT = 'must be an object of names and values';

type Entries = Record<string, v.GenericSchema>;

const entriesOf = (options: readonly (readonly [string, Option])[]): Entries => ({
  entries: v.optional(ENTRIES, []),
  ...Object.fromEntries(options.map(([name, option]) => [name, schemaOf(option)])),
});

const ALL_OPTIONS = Object.entries<Option>(OPTIONS);

export const CommandLine = v.strictObject(entriesOf(ALL_OPTIONS));

/** The options of the config file, and the key from which editors know its schema. */
export const Configuration = v.strictObject({
  $schema: v.optional(string),
  ...entriesOf(ALL_OPTIONS.filter(([, { isForOneRun }]) => !isForOneRun)),
});

function schemaOf(option: Option): v.GenericSchema {
  return v.optional(v.pipe(valueSchema(option), v.description(descriptionOf(option))), option.default);
}

function descriptionOf(option: Option): string {
  const isNegated = option.type === 'flag' && option.isNegated;
  const otherwise = option.otherwise === undefined ? '' : `; default: ${option.otherwise}`;
  return `${isNegated ? 'false: ' : ''}${option.description}${otherwise}`;
}

function valueSchema(option: Option): v.GenericSchema {
  switch (option.type) {
    case 'choice':
      return v.picklist(option.choices, `is not one of ${option.choices.join(', ')}`);
    case 'text':
      return textSchema(option.valid);
    case 'pairs':
      return v.record(v.string(), option.mayBeEmpty ? string : text, PAIRS_FAULT);
    case 'flag':
      return v.boolean('must be true or false');
  }
}

function textSchema(valid: Extract<Option, { type: 'text' }>['valid']): v.GenericSchema {
  if (!valid) return text;
  const { test, fault } = valid;
  return test instanceof RegExp ? v.pipe(string, v.regex(test, fault)) : v.pipe(string, v.check(test, fault));
}
