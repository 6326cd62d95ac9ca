import { adapterDatabases } from '../../keystone/facts.ts';
import type { FoundAdapter } from '../findings.ts';
import { inert } from './inert.ts';

/** What all adapters of Keystone's are made from here. */
export class Adapter {
  readonly database: FoundAdapter['database'] = 'postgres';
  readonly name: string = '';

  constructor(readonly config: { readonly schemaName?: unknown } = {}) {}

  get schemaName(): string | null {
    const { schemaName } = this.config ?? {};
    return typeof schemaName === 'string' && this.database === 'postgres' ? schemaName : null;
  }

  newListAdapter(): unknown {
    return inert({ kind: 'harmless', name: this.name });
  }
}

/** What an adapter package exports; null for another package. */
export function adapterClasses(packageName: string): Readonly<Record<string, unknown>> | null {
  const database = adapterDatabases[packageName];
  if (database === undefined) return null;
  const name = packageName.replace('adapter-', '');
  const prefix = name.charAt(0).toUpperCase() + name.slice(1);
  return {
    [`${prefix}Adapter`]: class extends Adapter {
      override readonly database = database as FoundAdapter['database'];
      override readonly name = name;
    },
    [`${prefix}ListAdapter`]: class {},
    [`${prefix}FieldAdapter`]: class {},
  };
}
