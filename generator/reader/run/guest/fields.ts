/** The field types of Keystone's packages, with what their implementations do about relationships and lists. */
import {
  type Block as BlockFacts,
  blockField,
  blockList,
  contentList,
  contentListKey,
  exportsOf,
  type OwnField,
  type OwnList,
  storingBlocks,
} from '../../keystone/facts.ts';
import { inert } from './inert.ts';

type Config = Record<string, unknown>;

/** What Keystone gives the implementation of a field beside its config. */
interface Meta {
  readonly listKey: string;
  readonly getListByKey: (
    key: string,
  ) => { readonly key: string; readonly gqlNames: { itemQueryName: string } } | undefined;
  readonly createAuxList: (key: string, config: Config) => { readonly key: string };
}

const rest: unknown = inert({ kind: 'keystone', name: '@keystonejs/fields' });

/** `Implementation` of @keystonejs/fields 8.0, from which all types are made. */
export class Implementation {
  path: string;
  config: Config;
  listKey: string;
  isRelationship = false;
  isPrimaryKey: boolean;
  isRequired: boolean;
  isOrderable = false;
  defaultValue: unknown;
  label: unknown;
  hooks: unknown;
  access: unknown = rest;
  adapter: unknown = rest;
  getListByKey: Meta['getListByKey'];

  constructor(
    path: string,
    { hooks = {}, isRequired, defaultValue, access: _, label, ...config }: Config,
    meta: Meta,
  ) {
    this.path = path;
    this.config = config;
    this.hooks = hooks;
    this.isRequired = !!isRequired;
    this.defaultValue = defaultValue;
    this.label = label ?? path;
    this.listKey = meta.listKey;
    this.isPrimaryKey = path === 'id';
    this.getListByKey = meta.getListByKey;
  }

  extendAdminViews(views: unknown): unknown {
    return views;
  }

  extendAdminMeta(meta: unknown): unknown {
    return meta;
  }

  getDefaultValue(): unknown {
    return this.defaultValue;
  }
}

/** `Relationship` of @keystonejs/fields 8.0. */
class Relationship extends Implementation {
  refListKey: string | undefined;
  refFieldPath: string | undefined;
  many: unknown;

  constructor(path: string, config: Config, meta: Meta) {
    super(path, config, meta);
    const [list, field] = (config.ref as string).split('.');
    this.refListKey = list;
    this.refFieldPath = field;
    this.isRelationship = true;
    this.many = config.many;
  }
}

/** `AuthedRelationship` of @keystonejs/fields-authed-relationship 1.0. */
class AuthedRelationship extends Relationship {
  constructor(path: string, config: Config, meta: Meta) {
    super(path, config, meta);
    if (this.many) throw new Error('An AuthedRelationship field can only be to-single, not to-many.');
    if (this.defaultValue !== undefined) throw new Error('An AuthedRelationship field has no defaultValue.');
  }
}

/** `Content` of @keystonejs/field-content 5.0 and @keystonejs/fields-content: a relationship to a list of its own. */
class Content extends Relationship {
  constructor(path: string, { blocks: given, ...config }: Config, meta: Meta) {
    const { listKey, getListByKey, createAuxList } = meta;
    const key = contentListKey(getListByKey(listKey)?.gqlNames.itemQueryName ?? '', path);
    const blocks = (Array.isArray(given) ? given : [])
      .map((block) => (Array.isArray(block) ? block : [block, {}]))
      .map(
        ([Made, options]) =>
          new Made(options, { ...meta, fromList: listKey, joinList: key, listConfig: meta }),
      );
    if (getListByKey(key) === undefined) {
      const own = fieldsOf(contentList(key, `${listKey}.${path}`, []));
      createAuxList(key, {
        fields: Object.assign(own, ...blocks.map((block) => block.getFieldDefinitions())),
      });
    }
    super(path, { ...config, many: false, ref: `${key}.from` }, meta);
  }
}

/** `Block` of @keystonejs/field-content, from which the blocks of a Content field are made. */
export class Block {
  getFieldDefinitions(): Config {
    return {};
  }

  getAdminViews(): unknown[] {
    return [];
  }

  getViewOptions(): Config {
    return {};
  }
}

/** A block that stores things in a list of its own: `ImageBlock`, `OEmbedBlock` and their like of @keystonejs/fields. */
function storingBlock(facts: BlockFacts): typeof Block {
  return class extends Block {
    readonly fromList: string;

    constructor(_options?: unknown, meta?: Meta & { readonly fromList: string; readonly joinList: string }) {
      super();
      this.fromList = meta?.fromList ?? '';
      if (meta === undefined) return;
      const own = blockList(meta.fromList, facts, meta.joinList);
      if (meta.getListByKey(own.key) === undefined) meta.createAuxList(own.key, { fields: fieldsOf(own) });
    }

    get type(): string {
      return facts.type;
    }

    get path(): string {
      return facts.path;
    }

    override getFieldDefinitions(): Config {
      return { [facts.path]: fieldOf(blockField(this.fromList, facts)) };
    }
  };
}

const fieldOf = ({ path: _, ...config }: OwnField): Config => ({
  type: config.ref === undefined ? fieldTypes.Text : fieldTypes.Relationship,
  ...config,
});

/** The fields of a list that Keystone creates by itself. What is no relationship is a text. */
export function fieldsOf({ fields }: OwnList): Config {
  return Object.fromEntries(fields.map((field) => [field.path, fieldOf(field)]));
}

const implementations: Readonly<Record<string, typeof Implementation>> = {
  Relationship,
  AuthedRelationship,
  Content,
};
/** The names of types by their implementations. */
const names = new Map<unknown, string>();

/** Makes a type as Keystone's packages export them. */
export function fieldType(name: string): Config {
  const implementation = implementations[name] ?? { [name]: class extends Implementation {} }[name];
  names.set(implementation, name);
  const blocks = Object.entries(storingBlocks).flatMap(([key, facts]) => {
    const [type, , block = ''] = key.split('.');
    return type === name ? [[block, storingBlock(facts)]] : [];
  });
  return {
    type: name,
    implementation,
    views: { Controller: '', Field: '', Filter: '', Cell: '' },
    adapters: { knex: class {}, mongoose: class {}, prisma: class {} },
    ...(blocks.length > 0 ? { blocks: Object.fromEntries(blocks) } : {}),
    ...(name === 'Content' ? { blocks: contentBlocks() } : {}),
  };
}

/** The blocks of Content's own, which store nothing. */
function contentBlocks(): Config {
  const blocks = ['blockquote', 'heading', 'image', 'link', 'orderedList', 'unorderedList'];
  return Object.fromEntries(blocks.map((name) => [name, class extends Block {}]));
}

/** The exports of @keystonejs/fields that are types. */
export const fieldTypes: Readonly<Record<string, Config>> = Object.fromEntries(
  [...(exportsOf('fields') ?? []), 'AuthedRelationship'].map((name) => [name, fieldType(name)]),
);

/** The name of Keystone's type that a field's config is made with, or is made from; null where there is none. */
export function typeNameOf(config: unknown): string | null {
  const { type } = (config ?? {}) as Config;
  let implementation = (type as Config | undefined)?.implementation as object | null | undefined;
  for (; implementation; implementation = Object.getPrototypeOf(implementation)) {
    const name = names.get(implementation);
    if (name !== undefined) return name;
  }
  return null;
}
