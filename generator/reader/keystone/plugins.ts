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
import { type Addition, trackingPlugins } from './facts.ts';
import { entryOf, keystoneExport } from './packages.ts';

/** Plugins that leave the fields alone. */
const harmless = ['singleton', 'logging'];

/** What a call of a plugin's maker gives: a function from config to config. Null for anything else. */
export function listPlugin(callee: ExternalValue, args: readonly Value[]): Value | null {
  const found = keystoneExport(callee);
  const name = found?.path.at(-1);
  if (found?.package !== 'list-plugins' || name === undefined) return null;
  if (harmless.includes(name)) {
    return native(name, (call) => call.args[0] ?? undefinedValue, { takesChoices: true });
  }
  const plugin = entryOf(trackingPlugins, name);
  if (plugin === null) return null;
  const [options = undefinedValue] = args;
  return native(name, (call) => track(call, callee, options, plugin.adds, plugin.isBy), {
    takesChoices: true,
  });
}

/** Adds the fields to those of the config in place, as the real plugins do. */
function track(
  call: Call,
  plugin: ExternalValue,
  options: Value,
  adds: readonly Addition[],
  isBy: boolean,
): Value {
  const { machine, place } = call;
  const [config = undefinedValue] = call.args;
  const given = getMember(machine, config, 'fields', place);
  const fields = isUndefined(given) ? newObject(place) : given;
  for (const { option, name } of adds) {
    const chosen = isUndefined(options) ? undefinedValue : getMember(machine, options, option, place);
    const key = toKey(machine, isUndefined(chosen) ? primitive(name) : chosen, place);
    setMember(machine, fields, key, trackingField(call, plugin, options, isBy), plugin.place);
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
  const type = isBy
    ? external(`${scope}/fields-authed-relationship`, ['AuthedRelationship'], plugin.place)
    : external(`${scope}/fields`, ['DateTime'], plugin.place);
  setMember(machine, field, 'type', type, plugin.place);
  if (isBy) setMember(machine, field, 'ref', primitive('User'), plugin.place);
  if (!isUndefined(options)) spreadValue(machine, field, options, place);
  // Plugins that add only one of the two fields know both names as their own options, too.
  const both = trackingPlugins[isBy ? 'byTracking' : 'atTracking']?.adds ?? [];
  for (const { option } of both) deleteProperty(machine, field, option);
  return field;
}
