import type { Machine } from '../machine.ts';
import { getMember, reasonOf } from '../members.ts';
import { restsOver } from '../objects.ts';
import type { Place } from '../place.ts';
import { because } from '../report.ts';
import { isUndefined, limit, type ObjectValue, type Value } from '../values.ts';
import { keystoneExport } from './packages.ts';

/**
 * The Keystone type of the field `id`, as `Uuid`; null where the list leaves it to the adapter, which is
 * also what an unknown one is taken for. A type of the user's own counts as the one it is made from.
 */
export function idTypeOf(machine: Machine, list: string, fields: ObjectValue): string | null {
  const property = fields.properties.get('id');
  if (property === undefined) return null;
  const { place } = property;
  const type = getMember(machine, getMember(machine, fields, 'id', place), 'type', place);
  const name = nameOf(machine, type, place);
  if (name === null) reportIdType(machine, list, type, place);
  return name;
}

function nameOf(machine: Machine, type: Value, place: Place): string | null {
  if (type.kind === 'external') {
    const path = keystoneExport(type)?.path.filter((part) => part !== 'implementation');
    return path?.at(-1) ?? null;
  }
  if (type.kind === 'function') return type.parent === null ? null : nameOf(machine, type.parent, place);
  if (type.kind !== 'object') return null;
  const [rest] = restsOver(type, 'implementation');
  if (rest !== undefined) return nameOf(machine, rest.value, place);
  const implementation = getMember(machine, type, 'implementation', place);
  return isUndefined(implementation) ? null : nameOf(machine, implementation, place);
}

function reportIdType(machine: Machine, list: string, type: Value, place: Place): void {
  const why = reasonOf(type, place) ?? limit("it is not one of Keystone's types", place);
  machine.report.add({
    code: 'AM1017',
    about: `${list}.id`,
    severity: 'warning',
    message: `The type of ${list}.id is unknown, ${because(why, place)}; the reader assumes that it is the adapter's own.`,
    help: "Write one of Keystone's types, such as Uuid.",
    why,
    place,
  });
}
