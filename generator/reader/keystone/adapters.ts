import type { Machine } from '../machine.ts';
import { baseOf, getMember } from '../members.ts';
import { ownKeys } from '../objects.ts';
import { type Place, sourceOf } from '../place.ts';
import type { Adapter } from '../project.ts';
import { because } from '../report.ts';
import { isNullish, optionsOf, stringOf, undefinedValue, type Value } from '../values.ts';
import { adapterDatabases } from './facts.ts';
import { entryOf, keystoneExport } from './packages.ts';

/**
 * The database adapters that `new Keystone(config)` was given, as `adapter` or by name as `adapters`.
 * Where the environment decides between several, each of them.
 */
export function adaptersOf(machine: Machine, configs: readonly Value[]): readonly Adapter[] {
  const adapters = configs
    .flatMap((config) => optionsOf(config))
    .flatMap((config) => adaptersIn(machine, config));
  const texts = adapters.map((adapter) => JSON.stringify(adapter));
  return adapters.filter((_, index) => texts.indexOf(texts[index] ?? '') === index);
}

function adaptersIn(machine: Machine, config: Value): readonly Adapter[] {
  if (config.kind !== 'object') return [];
  const { place } = config;
  const named = getMember(machine, config, 'adapters', place);
  if (named.kind !== 'object')
    return readAdapters(
      machine,
      { name: null, isDefault: true },
      getMember(machine, config, 'adapter', place),
      place,
    );
  const defaultName = stringOf(getMember(machine, config, 'defaultAdapter', place));
  return ownKeys(named).flatMap((name) =>
    readAdapters(
      machine,
      { name, isDefault: name === defaultName },
      getMember(machine, named, name, place),
      place,
    ),
  );
}

function readAdapters(
  machine: Machine,
  called: Pick<Adapter, 'name' | 'isDefault'>,
  value: Value,
  place: Place,
): readonly Adapter[] {
  return optionsOf(value).flatMap((option) => {
    if (option.kind !== 'object') return [];
    const base = baseOf(option);
    const found = base === null ? null : keystoneExport(base);
    const database = found === null ? null : entryOf(adapterDatabases, found.package);
    if (database === null) return [];
    const [options = undefinedValue] = option.constructedWith;
    const schemaName = database === 'postgres' ? readSchemaName(machine, options, place) : null;
    return [{ ...called, database, schemaName, source: sourceOf(option.place) }];
  });
}

function readSchemaName(machine: Machine, options: Value, place: Place): string | null {
  if (isNullish(options)) return null;
  const value = getMember(machine, options, 'schemaName', place);
  const text = stringOf(value);
  const why = value.kind === 'unknown' ? value : value.kind === 'choice' ? value.why : null;
  if (text === null && why !== null) {
    const at =
      options.kind === 'object' ? (options.properties.get('schemaName')?.place ?? options.place) : place;
    machine.report.add({
      code: 'AM1018',
      severity: 'warning',
      message: `The schema of the Knex adapter is unknown, ${because(why, at)}.`,
      help: 'Name it with --schema-name; the default is public.',
      why,
      place: at,
    });
  }
  return text;
}
