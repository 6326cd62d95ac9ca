import { callValue } from '../evaluate/functions.ts';
import { spreadValue } from '../evaluate/literals.ts';
import { forEachOption, fork } from '../fork.ts';
import { touch } from '../journal.ts';
import type { Call, Machine } from '../machine.ts';
import { getMember, reasonOf, setMember, whyRest } from '../members.ts';
import { restsOver } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { List } from '../project.ts';
import { because } from '../report.ts';
import {
  absentValue,
  choice,
  external,
  isNullish,
  limit,
  native,
  newInstance,
  newObject,
  type ObjectValue,
  outside,
  presentOr,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { contentLists, itemNameOf } from './content.ts';
import { givenToFields } from './facts.ts';
import { type FieldReading, readFields } from './fields.ts';
import { listInstance } from './instance.ts';

/** `keystone.createList(key, config)`, on whatever it is called. */
export const createListFunction = native('createList', (call) => createLists(call, false), {
  takesChoices: true,
});

/** `listConfig.createAuxList(key, config)`, with which the type of a field makes lists of its own. */
export const createAuxListFunction = native('createAuxList', (call) => createLists(call, true), {
  takesChoices: true,
});

function createLists(call: Call, isAuxList: boolean): Value {
  const [key = undefinedValue, config = undefinedValue] = call.args;
  forEachOption(call.machine, key, (eachKey) => {
    forEachOption(call.machine, config, (eachConfig) => {
      createList(call, eachKey, eachConfig, isAuxList);
      return undefinedValue;
    });
    return undefinedValue;
  });
  const text = stringOf(key);
  return text === null
    ? newInstance(external('@keystonejs/keystone', ['List'], call.place), [], call.place)
    : listInstance(text, call.place);
}

/** Creates a list whose config the user names by hand. */
export function createListByHand(machine: Machine, key: string, config: Value, place: Place): void {
  const call: Call = { machine, args: [], given: [], self: undefinedValue, place, isNew: false };
  forEachOption(machine, config, (each) => {
    createList(call, primitive(key), each);
    return undefinedValue;
  });
}

function createList(call: Call, keyValue: Value, given: Value, isAuxList = false): void {
  const { machine, place } = call;
  const key = stringOf(keyValue);
  if (key === null) {
    reportKey(machine, keyValue, place);
    return;
  }
  if (key.startsWith('_') && !isAuxList) {
    machine.report.add({
      code: 'AM1014',
      message: `The list ${key} begins with an underscore, which Keystone refuses.`,
      help: 'Give the list another name; Keystone reserves such names for its own lists.',
      place,
    });
  }
  const config = configOf(call, key, given);
  const source = sourceOf(place);
  const bare: List = {
    ...{ key, adapterName: null, collection: null, idType: null },
    ...{ fieldPaths: [], relationships: [], source },
  };
  // It is there while its fields are made, which may ask for it, and create lists in turn.
  register(machine, place, bare);
  if (config === null) return;
  const owner = { key, listConfig: listConfigOf(machine, key, config, place) };
  const fields = readFields(machine, owner, config, place);
  complete(machine, bare, {
    ...bare,
    adapterName: textOption(machine, config, ['adapterName'], place),
    collection: textOption(machine, config, ['adapterConfig', 'mongooseSchemaOptions', 'collection'], place),
    idType: fields.idType,
    fieldPaths: fields.paths,
    relationships: fields.relationships,
  });
  for (const field of fields.contents) addContent(machine, key, config, field);
}

function addContent(machine: Machine, key: string, config: ObjectValue, field: FieldReading): void {
  for (const list of contentLists(machine, key, config, field)) {
    // A list made by a field is made once, however many fields ask for it.
    if (machine.registry.entries.some((entry) => entry.list.key === list.key && entry.condition === null))
      continue;
    register(machine, field.place, list, key);
  }
}

function register(machine: Machine, place: Place, list: List, owner: string | null = null): void {
  touch(machine.journal, machine.registry);
  machine.registry.entries.push({ list, place, owner, condition: null });
  machine.created += 1;
}

/** Puts a list in the place of what stood for it while its fields were read. */
function complete({ journal, registry }: Machine, bare: List, list: List): void {
  touch(journal, registry);
  registry.entries = registry.entries.map((entry) => (entry.list === bare ? { ...entry, list } : entry));
}

/** What Keystone gives the implementations of a list's fields. */
function listConfigOf(machine: Machine, key: string, config: ObjectValue, place: Place): ObjectValue {
  const listConfig = newObject(place);
  const set = (name: string, value: Value) => setMember(machine, listConfig, name, value, place);
  for (const name of givenToFields) set(name, limit(`'${name}' of a field has no model`, place));
  set('listKey', primitive(key));
  set('createAuxList', createAuxListFunction);
  set(
    'getListByKey',
    native('getListByKey', ({ args: [asked = undefinedValue], ...call }) => {
      const text = stringOf(asked);
      if (text === null)
        return reasonOf(asked, call.place) ?? limit('it is not the key of a list', call.place);
      const entry = machine.registry.entries.find(({ list }) => list.key === text);
      if (entry === undefined) return undefinedValue;
      const list = listInstance(text, call.place);
      const gqlNames = { value: namesOf(machine, key, config, place), place, order: 0 };
      if (text === key) list.properties.set('gqlNames', gqlNames);
      return entry.condition === null ? list : choice([list, undefinedValue], entry.condition);
    }),
  );
  return listConfig;
}

function namesOf(machine: Machine, key: string, config: ObjectValue, place: Place): ObjectValue {
  const { name, why } = itemNameOf(machine, key, config, place);
  const gqlNames = newInstance(limit('the other names of a list are not followed', place), [], place);
  setMember(machine, gqlNames, 'itemQueryName', why ?? primitive(name), place);
  return gqlNames;
}

/** The help where lists are given by hand: nobody can tell whether they are all. */
export const checkGiven = 'Check that --list and --lists name every list that is created here.';

function reportKey(machine: Machine, key: Value, place: Place): void {
  const why = reasonOf(key, place) ?? limit('its key is not a string', place);
  machine.report.add({
    code: 'AM1007',
    // Lists given by hand stand for those that could not be told.
    severity: machine.hasListsByHand ? 'warning' : 'error',
    message: `A list is created here whose key is unknown, ${because(why, place)}.`,
    help: machine.hasListsByHand
      ? checkGiven
      : 'Write the key as a string, or name a file that exports the config of each list with --list <Key>=<file>, or of all lists with --lists <file>.',
    why,
    place,
  });
}

/** The config of a list with its plugins applied; null, with a diagnostic, where it is unknown. */
function configOf(call: Call, key: string, given: Value): ObjectValue | null {
  const { machine, place } = call;
  const config = presentOr(given);
  if (config.kind !== 'object') {
    reportConfig(machine, key, reasonOf(config, place) ?? limit('it is not an object', place), place);
    return null;
  }
  for (const rest of restsOver(config, 'fields')) {
    reportConfig(machine, key, whyRest(rest.value, rest.place), rest.place);
  }
  if (isNullish(getMember(machine, config, 'plugins', place))) return config;
  const result = applyPlugins(call, key, config);
  if (result.kind === 'object') return result;
  reportPlugin(
    machine,
    key,
    result.kind === 'unknown' ? result : limit('a plugin gives no config', place),
    place,
  );
  return config;
}

function reportConfig(machine: Machine, key: string, why: UnknownValue, place: Place): void {
  machine.report.add({
    code: 'AM1008',
    about: key,
    message: `The config of the list ${key} is not all known, ${because(why, place)}.`,
    help: 'Write the config in the source, or name a file that exports it with --list <Key>=<file>.',
    why,
    place,
  });
}

function reportPlugin(machine: Machine, key: string, why: UnknownValue, place: Place): void {
  machine.report.add({
    code: 'AM1011',
    about: key,
    message: `A plugin of the list ${key} is unknown, ${because(why, place)}; it could add relationships.`,
    help: 'Write in the source what the plugin adds, or name a file that exports the config without it with --list <Key>=<file>.',
    why,
    place,
  });
}

/**
 * Applies the plugins of a config from the first to the last, each to what the one before it gave: so does `createList` of
 * @keystonejs/keystone (7.1 and 8.0) with `compose` of @keystonejs/utils (5.4), which hands on nothing else. Releases since
 * May 2020 hand on the list's key and the instance, too.
 */
function applyPlugins(call: Call, key: string, config: ObjectValue): Value {
  const { machine, place } = call;
  const plugins = getMember(machine, config, 'plugins', place);
  if (plugins.kind !== 'array') {
    reportPlugin(
      machine,
      key,
      reasonOf(plugins, place) ?? limit('the plugins are not an array', place),
      place,
    );
    return config;
  }
  if (plugins.open !== null) reportPlugin(machine, key, plugins.open, place);
  const handedOn = newObject(place);
  setMember(machine, handedOn, 'listKey', primitive(key), place);
  setMember(machine, handedOn, 'keystone', call.self, place);
  const about = choice(
    [absentValue, handedOn],
    outside('not every release of Keystone gives plugins more than the config', place),
  );
  return plugins.elements.reduce<Value>(
    (value, plugin) => applyPlugin(call, key, value, plugin, about),
    config,
  );
}

function applyPlugin(call: Call, key: string, config: Value, plugin: Value, about: Value): Value {
  const { machine, place } = call;
  if (plugin.kind === 'choice') {
    const results = fork(
      machine,
      plugin.why,
      plugin.options.map(
        (option) => () => (isNothing(option) ? config : applyPlugin(call, key, config, option, about)),
      ),
    );
    // Later plugins see what any of them may have added.
    const merged = newObject(place);
    spreadValue(machine, merged, { kind: 'choice', options: results, why: plugin.why }, place);
    return merged;
  }
  const isKnown = plugin.kind === 'function' || plugin.kind === 'native';
  const result = isKnown ? callValue(machine, plugin, [config, about], undefinedValue, place) : plugin;
  if (isKnown && result.kind === 'object') return result;
  const why = reasonOf(result, place) ?? limit('it gives no config', place);
  reportPlugin(machine, key, why, place);
  return config;
}

function isNothing(value: Value): boolean {
  return value.kind === 'absent' || isNullish(value);
}

/** A text somewhere in a config; null where it is not set. */
function textOption(
  machine: Machine,
  config: ObjectValue,
  path: readonly string[],
  place: Place,
): string | null {
  let value: Value = config;
  for (const name of path) {
    if (isNullish(value)) return null;
    value = getMember(machine, value, name, place);
  }
  if (value.kind === 'unknown' || value.kind === 'choice') {
    const why = value.kind === 'unknown' ? value : value.why;
    machine.report.add({
      code: 'AM1017',
      severity: 'warning',
      message: `The option ${path.join('.')} of a list is unknown, ${because(why, place)}; it is treated as not set.`,
      help: 'Write it as a string.',
      why,
      place,
    });
  }
  return stringOf(value);
}
