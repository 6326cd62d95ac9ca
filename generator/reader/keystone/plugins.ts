import { spreadValue } from '../evaluate/literals.ts';
import type { Call } from '../machine.ts';
import { getMember, setMember, toKey } from '../members.ts';
import { deleteProperty } from '../objects.ts';
import {
  type ExternalValue,
  external,
  isUndefined,
  native,
  newObject,
  type ObjectValue,
  primitive,
  undefinedValue,
  type Value,
} from '../values.ts';
import { trackingOption, trackingOptions, trackingPlugins } from './facts.ts';
import { entryOf, keystoneExport } from './packages.ts';

/** What a call of a plugin's maker gives: a function from config to config. Null for anything else. */
export function listPlugin(callee: ExternalValue, args: readonly Value[]): Value | null {
  const found = keystoneExport(callee);
  const name = found?.path.at(-1);
  if (found?.package !== 'list-plugins' || name === undefined) return null;
  const [options = undefinedValue] = args;
  const paths = ['singleton', 'logging'].includes(name) ? [] : entryOf(trackingPlugins, name);
  return paths && native(name, (call) => track(call, callee, options, paths), { takesChoices: true });
}

/** Adds the fields to those of the config in place, as the real plugins do. */
function track(call: Call, plugin: ExternalValue, options: Value, paths: readonly string[]): Value {
  const { machine, place } = call;
  const [config = undefinedValue] = call.args;
  if (paths.length === 0) return config;
  const given = getMember(machine, config, 'fields', place);
  const fields = isUndefined(given) ? newObject(place) : given;
  for (const path of paths) {
    const option = isUndefined(options) ? options : getMember(machine, options, trackingOption(path), place);
    const key = toKey(machine, isUndefined(option) ? primitive(path) : option, place);
    setMember(machine, fields, key, trackingField(call, plugin, options, path.endsWith('By')), plugin.place);
  }
  const result = newObject(place);
  spreadValue(machine, result, config, place);
  setMember(machine, result, 'fields', fields, place);
  return result;
}

function trackingField(call: Call, plugin: ExternalValue, options: Value, isBy: boolean): ObjectValue {
  const { machine, place } = call;
  const [scope = ''] = plugin.package.split('/');
  const field = newObject(plugin.place);
  const [name, type] = isBy ? ['fields-authed-relationship', 'AuthedRelationship'] : ['fields', 'DateTime'];
  setMember(machine, field, 'type', external(`${scope}/${name}`, [type], plugin.place), plugin.place);
  if (isBy) setMember(machine, field, 'ref', primitive('User'), plugin.place);
  if (!isUndefined(options)) spreadValue(machine, field, options, place);
  for (const option of trackingOptions) deleteProperty(machine, field, option);
  return field;
}
