import { callValue } from '../evaluate/functions.ts';
import { forEachOption } from '../fork.ts';
import { touch } from '../journal.ts';
import type { Call, Machine } from '../machine.ts';
import { getMember, reasonOf, whyRest } from '../members.ts';
import { restsOver } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { List } from '../project.ts';
import type { RegisteredList } from '../registry.ts';
import type { Finding } from '../report.ts';
import {
  external,
  isNullish,
  limit,
  native,
  newInstance,
  type ObjectValue,
  outside,
  presentOr,
  stringOf,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { contentLists } from './content.ts';
import type { OwnList } from './facts.ts';
import { optionAt, plainRelationship, readFields, reportOption } from './fields.ts';

const collectionOption = ['adapterConfig', 'mongooseSchemaOptions', 'collection'];

/** `keystone.createList(key, config)`, on whatever it is called. */
export const createListFunction = native('createList', (call) => createLists(call, false), {
  takesChoices: true,
});

/** `listConfig.createAuxList(key, config)`, with which the type of a field creates lists of its own. */
export const createAuxListFunction = native('createAuxList', (call) => createLists(call, true), {
  takesChoices: true,
});

function createLists(call: Call, isAuxList: boolean): Value {
  const { machine, place } = call;
  const [key = undefinedValue, config = undefinedValue] = call.args;
  forEachOption(machine, key, (eachKey) =>
    forEachOption(machine, config, (eachConfig) => createList(call, eachKey, eachConfig, isAuxList)),
  );
  return newInstance(external('@keystonejs/keystone', ['List'], place), [], place);
}

function createList({ machine, place }: Call, keyValue: Value, given: Value, isAuxList: boolean): Value {
  const key = stringOf(keyValue);
  if (key === null) {
    const why = reasonOf(keyValue, place) ?? limit('its key is not a string', place);
    const message = 'A list is created here whose key is unknown';
    machine.report.unknown({ code: 'AM1007', message, why, place, ...ifByHand(machine) });
    return undefinedValue;
  }
  if (key.startsWith('_') && !isAuxList) {
    machine.report.add({
      code: 'AM1014',
      message: `The list ${key} begins with an underscore, which Keystone refuses.`,
      help: 'Give the list another name; Keystone reserves such names for its own lists.',
      place,
    });
  }
  // The list exists while its fields are made: they may ask for it, and create lists in turn.
  const bare = listOf({ key, fields: [] }, place);
  register(machine, bare, place);
  const config = configOf(machine, key, given, place);
  if (config === null) return undefinedValue;
  const fields = readFields(machine, { list: key, listConfig: config }, place);
  const adapterName = textOption(machine, key, config, ['adapterName']);
  const collection = textOption(machine, key, config, collectionOption);
  const { idType, fieldPaths, relationships, contents } = fields;
  const list: List = { ...bare, adapterName, collection, idType, fieldPaths, relationships };
  const { journal, registry } = machine;
  touch(journal, registry);
  registry.entries = registry.entries.map((entry) => (entry.list === bare ? { ...entry, list } : entry));
  for (const field of contents) {
    for (const own of contentLists(machine, field)) registerOwn(machine, own, field.place, key, adapterName);
  }
  return undefinedValue;
}

/** Registers a list that Keystone creates by itself, which it does once, however many fields ask for it. */
export function registerOwn(
  machine: Machine,
  own: OwnList,
  place: Place,
  owner: string | null = null,
  adapterName: string | null = null,
): void {
  const isIt = ({ list, condition }: RegisteredList): boolean => list.key === own.key && condition === null;
  if (!machine.registry.entries.some(isIt)) {
    register(machine, { ...listOf(own, place), adapterName }, place, owner);
  }
}

function register(machine: Machine, list: List, place: Place, owner: string | null = null): void {
  touch(machine.journal, machine.registry);
  machine.registry.entries.push({ list, place, owner, condition: null });
  machine.created += 1;
}

function listOf({ key, fields }: OwnList, place: Place): List {
  const relationships = fields.flatMap(({ path, ref, many }) =>
    ref === undefined ? [] : plainRelationship(path, ref, place, many),
  );
  const fieldPaths = fields.map(({ path }) => path);
  const source = sourceOf(place);
  return { key, adapterName: null, collection: null, idType: null, fieldPaths, relationships, source };
}

/** What changes in a diagnostic about unknown lists if the user gives lists by hand: those may be among them. */
export const ifByHand = ({
  hasListsByHand,
}: Machine): Pick<Finding, 'severity'> & { readonly help?: string } =>
  hasListsByHand
    ? {
        severity: 'warning',
        help: 'Check that --list and --lists name every list that is created here.',
      }
    : {};

/** The config of a list with its plugins applied; null, with a diagnostic, if it is unknown. */
function configOf(machine: Machine, key: string, given: Value, place: Place): ObjectValue | null {
  const config = presentOr(given);
  const report = (why: UnknownValue, at: Place): void => {
    const message = `The config of the list ${key} is not all known`;
    machine.report.unknown({ code: 'AM1008', about: key, message, why, place: at });
  };
  if (config.kind !== 'object') {
    report(reasonOf(config, place) ?? limit('it is not an object', place), place);
    return null;
  }
  for (const rest of restsOver(config, 'fields')) report(whyRest(rest.value, rest.place), rest.place);
  return applyPlugins(machine, key, config, place);
}

/**
 * Applies the plugins of a config from the first to the last, each to what the one before it gave: so does `createList` of
 * @keystonejs/keystone (7.1 and 8.0) with `compose` of @keystonejs/utils (5.4), which hands on nothing else. Releases since
 * May 2020 hand on the list's key and the instance, too.
 */
function applyPlugins(machine: Machine, key: string, config: ObjectValue, place: Place): ObjectValue {
  const report = (value: Value, otherwise: string): void => {
    const why = reasonOf(value, place) ?? limit(otherwise, place);
    const message = `A plugin of the list ${key} is unknown and could add relationships`;
    machine.report.unknown({ code: 'AM1011', about: key, message, why, place });
  };
  const plugins = getMember(machine, config, 'plugins', place);
  if (isNullish(plugins)) return config;
  if (plugins.kind !== 'array') report(plugins, 'the plugins are not an array');
  if (plugins.kind === 'array' && plugins.open !== null) report(plugins.open, '');
  const about = outside('not every release of Keystone gives plugins more than the config', place);
  const elements = plugins.kind === 'array' ? plugins.elements : [];
  return elements.reduce<ObjectValue>((former, plugin) => {
    const isKnown = plugin.kind === 'function' || plugin.kind === 'native';
    const result = isKnown ? callValue(machine, plugin, [former, about], undefinedValue, place) : plugin;
    if (isKnown && result.kind === 'object') return result;
    report(result, 'it gives no config');
    return former;
  }, config);
}

/** A text somewhere in a config; null if it is not set. */
function textOption(
  machine: Machine,
  key: string,
  config: ObjectValue,
  path: readonly string[],
): string | null {
  const { place } = config;
  const value = optionAt(machine, config, path, place);
  const why = reasonOf(value, place);
  if (why !== null) reportOption(machine, key, path.join('.'), why, place);
  return stringOf(value);
}
