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

/** What Keystone gives the implementation of a field besides its config. */
interface Meta {
  readonly listKey: string;
  readonly getListByKey: (key: string) => { readonly gqlNames: { itemQueryName: string } } | undefined;
  readonly createAuxList: (key: string, config: Config) => unknown;
}

const rest: unknown = inert({ kind: 'harmless', name: '@keystonejs/fields' });

/** `Implementation` of @keystonejs/fields 8.0, the base of all types. */
export class Implementation {
  [member: string]: unknown;

  constructor(path: string, given: Config, { listKey, getListByKey }: Meta) {
    const { hooks = {}, isRequired, defaultValue, access: _, label = path, ...config } = given;
    this.path = path;
    this.config = config;
    this.listKey = listKey;
    this.getListByKey = getListByKey;
    this.hooks = hooks;
    this.label = label;
    this.isRequired = !!isRequired;
    this.defaultValue = defaultValue;
    this.isPrimaryKey = path === 'id';
    this.isRelationship = false;
    this.access = rest;
    this.adapter = rest;
  }
}

/** `Relationship` of @keystonejs/fields 8.0. */
class Relationship extends Implementation {
  constructor(path: string, config: Config, meta: Meta) {
    super(path, config, meta);
    [this.refListKey, this.refFieldPath] = (config.ref as string).split('.');
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
    const blocks = (Array.isArray(given) ? given : []).map((block) => {
      const [Made, options] = Array.isArray(block) ? block : [block, {}];
      return new Made(options, { ...meta, fromList: listKey, joinList: key, listConfig: meta }) as Block;
    });
    if (getListByKey(key) === undefined) {
      const own = fieldsOf(contentList(key, `${listKey}.${path}`, []));
      createAuxList(key, {
        fields: Object.assign(own, ...blocks.map((block) => block.getFieldDefinitions())),
      });
    }
    super(path, { ...config, many: false, ref: `${key}.from` }, meta);
  }
}

/** `Block` of @keystonejs/field-content, the base of the blocks of a Content field. */
export class Block {
  getFieldDefinitions(): Config {
    return {};
  }
}

/** A block that stores things in a list of its own: `ImageBlock`, `OEmbedBlock` and others of @keystonejs/fields. */
const storingBlock = (facts: BlockFacts): typeof Block =>
  class extends Block {
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

/** The blocks of `Content`, which store nothing. */
const plainBlocks = ['blockquote', 'heading', 'image', 'link', 'orderedList', 'unorderedList'];

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

/** Makes a type as Keystone's packages export it. */
export function fieldType(name: string): Config {
  const implementation = implementations[name] ?? { [name]: class extends Implementation {} }[name];
  names.set(implementation, name);
  const blocks: Config = {};
  const more = inert({ kind: 'package', name: `blocks of ${name}` });
  if (name === 'Content') for (const each of plainBlocks) blocks[each] = class extends Block {};
  for (const [key, facts] of Object.entries(storingBlocks)) {
    const [type, , block = ''] = key.split('.');
    if (type === name) blocks[block] = storingBlock(facts);
  }
  return {
    type: name,
    implementation,
    views: { Controller: '', Field: '', Filter: '', Cell: '' },
    adapters: { knex: class {}, mongoose: class {}, prisma: class {} },
    // A fork of Keystone's package may have more blocks.
    ...(Object.keys(blocks).length > 0 && {
      blocks: new Proxy(blocks, { get: (_, each) => blocks[each as string] ?? more }),
    }),
  };
}

/** The types that @keystonejs/fields exports, and one of a package of its own. */
export const fieldTypes: Readonly<Record<string, Config>> = Object.fromEntries(
  [...(exportsOf('fields') ?? []), 'AuthedRelationship'].map((name) => [name, fieldType(name)]),
);

/** The name of Keystone's type that a field's config has, or whose implementation its type extends; else null. */
export function typeNameOf(config: unknown): string | null {
  const { type } = (config ?? {}) as { type?: Config };
  for (let each = type?.implementation; each; each = Object.getPrototypeOf(each)) {
    const name = names.get(each);
    if (name !== undefined) return name;
  }
  return null;
}
