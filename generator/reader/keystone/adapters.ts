import type { Machine } from '../machine.ts';
import { baseOf, getMember } from '../members.ts';
import { ownKeys } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { Adapter } from '../project.ts';
import { isNullish, optionsOf, stringOf, undefinedValue, type Value } from '../values.ts';
import { adapterDatabases } from './facts.ts';
import { entryOf, keystoneExport } from './packages.ts';

/**
 * The database adapters that `new Keystone(config)` was given, as `adapter` or by name as `adapters`. If the environment
 * decides between several, all of them.
 */
export function adaptersOf(machine: Machine): readonly Adapter[] {
  const adapters = machine.keystones.flatMap(optionsOf).flatMap((config) => adaptersIn(machine, config));
  return [...new Map(adapters.map((adapter) => [JSON.stringify(adapter), adapter])).values()];
}

function adaptersIn(machine: Machine, config: Value): readonly Adapter[] {
  if (config.kind !== 'object') return [];
  const { place } = config;
  const part = (name: string): Value => getMember(machine, config, name, place);
  const named = part('adapters');
  if (named.kind !== 'object') return readAdapters(machine, null, true, part('adapter'), place);
  const defaultName = stringOf(part('defaultAdapter'));
  return ownKeys(named).flatMap((name) =>
    readAdapters(machine, name, name === defaultName, getMember(machine, named, name, place), place),
  );
}

function readAdapters(
  machine: Machine,
  name: string | null,
  isDefault: boolean,
  value: Value,
  place: Place,
): readonly Adapter[] {
  return optionsOf(value).flatMap((option) => {
    const base = option.kind === 'object' ? baseOf(option) : null;
    const found = base === null ? null : keystoneExport(base);
    const database = found === null ? null : entryOf(adapterDatabases, found.package);
    if (option.kind !== 'object' || database === null) return [];
    const [options = undefinedValue] = option.constructedWith;
    const schemaName = database === 'postgres' ? readSchemaName(machine, options, place) : null;
    return [{ name, isDefault, database, schemaName, source: sourceOf(option.place) }];
  });
}

function readSchemaName(machine: Machine, options: Value, place: Place): string | null {
  if (isNullish(options)) return null;
  const value = getMember(machine, options, 'schemaName', place);
  const why = value.kind === 'unknown' ? value : value.kind === 'choice' ? value.why : null;
  if (why === null) return stringOf(value);
  const given = options.kind === 'object' ? options : null;
  const at = given?.properties.get('schemaName')?.place ?? given?.place ?? place;
  const message = 'The schema of the Knex adapter is unknown';
  machine.report.unknown({ code: 'AM1018', severity: 'warning', message, why, place: at });
  return null;
}
