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
import { entryOf, keystoneExport } from './packages.ts';

/** A field that a plugin adds: the option that names it, and its name without that option. */
interface Addition {
  readonly option: string;
  readonly name: string;
}

const updatedBy: Addition = { option: 'updatedByField', name: 'updatedBy' };
const createdBy: Addition = { option: 'createdByField', name: 'createdBy' };
const updatedAt: Addition = { option: 'updatedAtField', name: 'updatedAt' };
const createdAt: Addition = { option: 'createdAtField', name: 'createdAt' };

/** The plugins of @keystonejs/list-plugins (1.0 to 8.1) that add fields, and which, in their order. */
const tracking: Readonly<Record<string, { readonly adds: readonly Addition[]; readonly isBy: boolean }>> = {
  byTracking: { adds: [updatedBy, createdBy], isBy: true },
  createdBy: { adds: [createdBy], isBy: true },
  updatedBy: { adds: [updatedBy], isBy: true },
  atTracking: { adds: [updatedAt, createdAt], isBy: false },
  createdAt: { adds: [createdAt], isBy: false },
  updatedAt: { adds: [updatedAt], isBy: false },
};

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
  const plugin = entryOf(tracking, name);
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
  const own = isBy ? [updatedBy, createdBy] : [updatedAt, createdAt];
  for (const { option } of own) deleteProperty(machine, field, option);
  return field;
}
