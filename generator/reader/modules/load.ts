import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { builtinModule } from '../builtins/modules.ts';
import { hoist } from '../evaluate/hoist.ts';
import { spreadValue } from '../evaluate/literals.ts';
import { runStatements } from '../evaluate/statements.ts';
import { forEachOption } from '../fork.ts';
import type { Machine } from '../machine.ts';
import { getMember } from '../members.ts';
import { define } from '../objects.ts';
import { displayName, type Place, type SourceText } from '../place.ts';
import { because } from '../report.ts';
import { newBinding, newScope } from '../scope.ts';
import { hasModifier, parse, syntaxErrors, ts } from '../syntax.ts';
import {
  external,
  isUndefined,
  limit,
  type NativeValue,
  native,
  newObject,
  type ObjectValue,
  outside,
  primitive,
  stringOf,
  type UnknownValue,
  undefinedValue,
  type Value,
} from '../values.ts';
import { declareExports, runImports } from './declarations.ts';
import { readText } from './files.ts';
import { fromJson } from './json.ts';
import type { Module } from './module.ts';

/**
 * The value of a module by the text of its import; unknown if that is unknown or leads nowhere.
 *
 * @param isNamespace whether it is for `import * as` or `import()`
 */
export function importModule(from: Module, specifier: Value, place: Place, isNamespace = false): Value {
  const { machine } = from.scope.frame;
  return forEachOption(machine, specifier, (option) => {
    const text = stringOf(option);
    if (text !== null) return importByName(machine, from, text, place, isNamespace);
    const why = option.kind === 'unknown' ? option : limit('its name is not a string', place);
    for (const each of [from.file.path, ...machine.entryFiles])
      machine.leads.push({ path: path.dirname(each), place });
    return risk(machine, why, `Which file is imported here is unknown, ${because(why, place)}.`, place);
  });
}

function importByName(
  machine: Machine,
  from: Module,
  specifier: string,
  place: Place,
  isNamespace: boolean,
): Value {
  const resolution = machine.modules.resolver.resolve(specifier, from.file.path);
  switch (resolution.kind) {
    case 'builtin':
      return builtinModule(resolution.name, place);
    case 'package': {
      const value = external(resolution.name, [], place);
      return resolution.mayBeAlias ? { ...value, mayBeAlias: true } : value;
    }
    case 'missing':
      // A build may make it, or it may be kept out of the repository.
      return risk(
        machine,
        {
          ...outside(`the file '${specifier}' was not found`, place),
          cure: `Or restore '${specifier}': a build or a git submodule may provide it.`,
        },
        `The file '${specifier}' that is imported here was not found.`,
        place,
      );
    case 'alias':
      // What it stands for may create lists when it is imported.
      machine.report.add({
        code: 'AM1022',
        message: `Nothing says which file '${specifier}' is that is imported here.`,
        help: 'Say what the alias stands for, in the paths of a tsconfig.json or jsconfig.json.',
        why: 'outside',
        place,
      });
      return outside(`nothing says which file '${specifier}' is`, place);
    case 'file': {
      if (resolution.path.endsWith('.json')) return jsonModule(machine, resolution.path, place);
      if (!isCode(resolution.path)) return limit(`'${specifier}' is no JavaScript`, place);
      const module = loadModule(machine, resolution.path);
      return isNamespace ? namespaceOf(module) : exportsOf(module);
    }
  }
}

/** Whether a file is JavaScript or TypeScript. */
export function isCode(file: string): boolean {
  return /\.([cm]?[jt]s|[jt]sx)$/.test(file) || path.extname(file) === '';
}

/** Reports an import that leads nowhere: it may throw, and its value is unknown. */
function risk(machine: Machine, why: UnknownValue, message: string, place: Place): UnknownValue {
  machine.risks.push(why);
  machine.report.add({
    code: 'AM1022',
    severity: 'warning',
    message,
    help: `If it has to do with lists, ${why.cure === undefined ? 'restore the file or ' : ''}correct the path.`,
    why,
    place,
  });
  return why;
}

/** What `require` gives for a module. */
export function exportsOf(module: Module): Value {
  return module.object.properties.get('exports')?.value ?? undefinedValue;
}

/** What `import * as` gives for a module: a CommonJS module is also its own `default`. */
function namespaceOf(module: Module): Value {
  const value = exportsOf(module);
  if (module.isEsm || value.kind !== 'object' || value.properties.has('default')) return value;
  const { machine } = module.scope.frame;
  const place: Place = { file: module.file, at: null };
  const namespace = newObject(place);
  spreadValue(machine, namespace, value, place);
  define(machine, namespace, 'default', { value, place });
  return namespace;
}

/** What `import name from` gives for the value of a module: all of it if a CommonJS module has no default. */
export function defaultOf(machine: Machine, value: Value, place: Place): Value {
  if (value.kind === 'external' || (value.kind === 'object' && !value.properties.has('default')))
    return value;
  const member = getMember(machine, value, 'default', place);
  return isUndefined(member) && value.kind !== 'object' ? value : member;
}

/** Runs a file as a module, once. What is wrong with the file becomes a diagnostic. */
export function loadModule(machine: Machine, file: string): Module {
  const loaded = machine.modules.loaded.get(file);
  if (loaded !== undefined) return loaded;
  const source = readSource(machine, file);
  const module = newModule(machine, source);
  machine.modules.loaded.set(file, module);
  machine.modules.progress?.(machine.modules.loaded.size);
  const { tree } = source;
  if (tree === null) return module;
  machine.depth += 1;
  hoist(tree, module.scope);
  declareExports(module, tree.statements);
  runImports(tree.statements, module.scope);
  runStatements(tree.statements, module.scope);
  machine.depth -= 1;
  return module;
}

function readSource(machine: Machine, file: string): SourceText {
  const known = machine.modules.sources.get(file);
  if (known !== undefined) return known;
  const name = displayName(machine.cwd, file);
  const text = readText(file);
  const isText = text !== null && !text.slice(0, 4096).includes('\0');
  const isParsed = isText && !file.endsWith('.d.ts');
  const tree = isParsed ? parse(file, text) : null;
  const source: SourceText = { path: file, name, text: isParsed ? text : '', tree };
  machine.modules.sources.set(file, source);
  const [error] = tree === null ? [] : syntaxErrors(tree, tree.statements.some(isModuleSyntax));
  if (text === null) {
    machine.report.add({
      code: 'AM1001',
      message: `${name} cannot be read.`,
      help: 'Name the file that creates the lists, saved as UTF-8.',
      why: 'outside',
      place: { file: source, at: null },
    });
  } else if (!isText || error !== undefined) {
    const isUtf8 = isText && !text.includes('\uFFFD');
    machine.report.add({
      code: 'AM1002',
      message: isUtf8 ? `${name} has a syntax error: ${error?.message}` : `${name} is not encoded in UTF-8.`,
      help: 'Correct the file. Its extension says whether it is JavaScript or TypeScript, and it must be UTF-8.',
      place: { file: source, at: error?.start ?? null },
    });
  }
  return source;
}

function newModule(machine: Machine, file: SourceText): Module {
  const place: Place = { file, at: null };
  const exports = newObject(place);
  const object = newObject(place);
  object.properties.set('exports', { value: exports, place, order: 0 });
  object.properties.set('id', { value: primitive('.'), place, order: 0 });
  const isEsm = file.tree?.statements.some(isModuleSyntax) ?? false;
  let module: Module;
  const frame = {
    machine,
    get module(): Module {
      return module;
    },
    self: isEsm ? undefinedValue : exports,
    home: null,
    constructing: null,
    args: [],
  };
  const scope = newScope(machine.globals, frame, true);
  module = { file, object, exports, isEsm, scope };
  const variables: [string, Value][] = [
    ['module', object],
    ['exports', exports],
    ['require', requireOf(module, place)],
    ['__dirname', primitive(path.dirname(file.path))],
    ['__filename', primitive(file.path)],
  ];
  for (const [name, value] of variables) scope.variables.set(name, newBinding(value));
  return module;
}

function isModuleSyntax(node: ts.Statement): boolean {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return true;
  if (ts.isExportAssignment(node)) return node.isExportEquals !== true;
  return hasModifier(node, ts.SyntaxKind.ExportKeyword);
}

function requireOf(module: Module, place: Place): NativeValue {
  const resolve = native('require.resolve', (call) => {
    const text = stringOf(call.args[0] ?? undefinedValue);
    if (text === null) return limit('which file is meant is not known', call.place);
    const resolution = call.machine.modules.resolver.resolve(text, module.file.path);
    return resolution.kind === 'file'
      ? primitive(resolution.path)
      : outside(`'${text}' is not read`, call.place);
  });
  const main = outside('which file is run first is decided outside the source', place);
  return native('require', ({ args, place: at }) => importModule(module, args[0] ?? undefinedValue, at), {
    members: new Map<string, Value>([
      ['resolve', resolve],
      ['main', main],
    ]),
  });
}

/** `import.meta` of a module. */
export function importMetaOf({ file: { path: file }, scope }: Module, place: Place): ObjectValue {
  const meta = newObject(place);
  const members = { url: pathToFileURL(file).href, dirname: path.dirname(file), filename: file };
  for (const [name, value] of Object.entries(members))
    define(scope.frame.machine, meta, name, { value: primitive(value), place });
  return meta;
}

function jsonModule(machine: Machine, file: string, place: Place): Value {
  const name = displayName(machine.cwd, file);
  const text = readText(file) ?? '';
  try {
    return fromJson(JSON.parse(text), { file: { path: file, name, text, tree: null }, at: null });
  } catch {
    return limit(`'${name}' is no valid JSON`, place);
  }
}
