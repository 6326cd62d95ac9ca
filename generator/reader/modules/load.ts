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
import { parse, syntaxErrors, ts } from '../syntax.ts';
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
import { isFile, readText } from './files.ts';
import { fromJson } from './json.ts';
import type { Module } from './module.ts';

/** How a module is asked for: by `require`, by `import * as` or `import()`. */
type Style = 'require' | 'namespace';

/** The value of a module by the text of its import; unknown where that is unknown or leads nowhere. */
export function importModule(from: Module, specifier: Value, place: Place, style: Style = 'require'): Value {
  const { machine } = from.scope.frame;
  return forEachOption(machine, specifier, (option) => {
    const text = stringOf(option);
    if (text === null) {
      const why = option.kind === 'unknown' ? option : limit('its name is not a string', place);
      for (const each of [from.file.path, ...machine.entryFiles]) {
        machine.leads.push({ path: path.dirname(each), place });
      }
      return risk(machine, why, `Which file is imported here is unknown, ${because(why, place)}.`, place);
    }
    return importByName(machine, from, text, place, style);
  });
}

function importByName(machine: Machine, from: Module, specifier: string, place: Place, style: Style): Value {
  const resolution = machine.modules.resolver.resolve(specifier, from.file.path);
  switch (resolution.kind) {
    case 'builtin':
      return builtinModule(resolution.name, place);
    case 'package':
      return {
        ...external(resolution.name, [], place),
        ...(resolution.mayBeAlias && { mayBeAlias: true }),
      };
    case 'missing':
      // It may be made by a build, or be kept out of the repository.
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
      return reportAlias(machine, specifier, place);
    case 'file': {
      if (!isCode(resolution.path)) {
        return resolution.path.endsWith('.json')
          ? jsonModule(machine, resolution.path, place)
          : limit(`'${specifier}' is no JavaScript`, place);
      }
      const module = loadModule(machine, resolution.path);
      return style === 'namespace' ? namespaceOf(module) : exportsOf(module);
    }
  }
}

/** Whether a file is JavaScript or TypeScript. */
export function isCode(file: string): boolean {
  return /\.([cm]?[jt]s|[jt]sx)$/.test(file) || path.extname(file) === '';
}

/** Notes an import that leads nowhere: it may throw, and what it would have brought is unknown. */
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

/** What an alias stands for may create lists when it is imported, so it is more than a value that is unknown. */
function reportAlias(machine: Machine, specifier: string, place: Place): UnknownValue {
  machine.report.add({
    code: 'AM1022',
    message: `Nothing says which file '${specifier}' is that is imported here.`,
    help: 'Say what the alias stands for, in the paths of a tsconfig.json or jsconfig.json.',
    why: 'outside',
    place,
  });
  return outside(`nothing says which file '${specifier}' is`, place);
}

/** What `require` gives for a module. */
export function exportsOf(module: Module): Value {
  return module.object.properties.get('exports')?.value ?? undefinedValue;
}

/** What `import * as` gives for a module: with a `default` also where a CommonJS module has none. */
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

/** What `import name from` gives for the value of a module: all of it where CommonJS has no default. */
export function defaultOf(machine: Machine, value: Value, place: Place): Value {
  if (value.kind !== 'object') return value.kind === 'external' ? value : getDefault(machine, value, place);
  return value.properties.has('default') ? getMember(machine, value, 'default', place) : value;
}

function getDefault(machine: Machine, value: Value, place: Place): Value {
  const member = getMember(machine, value, 'default', place);
  return isUndefined(member) ? value : member;
}

/** Runs a file as a module, once. What is wrong with the file becomes a diagnostic. */
export function loadModule(machine: Machine, file: string): Module {
  const loaded = machine.modules.loaded.get(file);
  if (loaded !== undefined) return loaded;
  const source = readSource(machine, file);
  const module = newModule(machine, source);
  machine.modules.loaded.set(file, module);
  machine.modules.progress?.(machine.modules.loaded.size);
  if (source.tree !== null) runModule(module, source.tree);
  return module;
}

function readSource(machine: Machine, file: string): SourceText {
  const known = machine.modules.sources.get(file);
  if (known !== undefined) return known;
  const source = parseSource(machine, file);
  machine.modules.sources.set(file, source);
  return source;
}

function parseSource(machine: Machine, file: string): SourceText {
  const name = displayName(machine.cwd, file);
  const text = readText(file);
  if (text === null || text.slice(0, 4096).includes('\0') || file.endsWith('.d.ts')) {
    const source: SourceText = { path: file, name, text: '', tree: null };
    if (!file.endsWith('.d.ts')) {
      machine.report.add({
        code: text === null ? 'AM1001' : 'AM1002',
        message:
          text === null ? `${name} cannot be read.` : `${name} is no text in UTF-8, so it is no JavaScript.`,
        help: 'Name the file that creates the lists, saved as UTF-8.',
        why: 'outside',
        place: { file: source, at: null },
      });
    }
    return source;
  }
  const tree = parse(file, text);
  const source: SourceText = { path: file, name, text, tree };
  const [error] = syntaxErrors(tree, tree.statements.some(isModuleSyntax));
  if (error !== undefined) {
    machine.report.add({
      code: 'AM1002',
      message: text.includes('\uFFFD')
        ? `${name} is not encoded in UTF-8 and makes no sense as if it were.`
        : `${name} has a syntax error: ${error.message}`,
      help: 'Correct the file. Its extension says whether it is JavaScript or TypeScript, and it must be UTF-8.',
      place: { file: source, at: error.start },
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
    wait: null,
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
  const { modifiers } = node as { modifiers?: readonly ts.ModifierLike[] };
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function runModule(module: Module, tree: ts.SourceFile): void {
  const { machine } = module.scope.frame;
  machine.depth += 1;
  hoist(tree, module.scope);
  declareExports(module, tree.statements);
  runImports(tree.statements, module.scope);
  runStatements(tree.statements, module.scope);
  machine.depth -= 1;
}

function requireOf(module: Module, place: Place): NativeValue {
  const resolve = native('require.resolve', (call) => {
    const [specifier = undefinedValue] = call.args;
    const text = stringOf(specifier);
    if (text === null) return limit('which file is meant is not known', call.place);
    const resolution = call.machine.modules.resolver.resolve(text, module.file.path);
    return resolution.kind === 'file'
      ? primitive(resolution.path)
      : outside(`'${text}' is not read`, call.place);
  });
  const members = new Map<string, Value>([
    ['resolve', resolve],
    ['main', outside('which file is run first is decided outside the source', place)],
  ]);
  return native('require', ({ args, place: at }) => importModule(module, args[0] ?? undefinedValue, at), {
    members,
  });
}

/** `import.meta` of a module. */
export function importMetaOf(module: Module, place: Place): ObjectValue {
  const { machine } = module.scope.frame;
  const meta = newObject(place);
  define(machine, meta, 'url', { value: primitive(pathToFileURL(module.file.path).href), place });
  define(machine, meta, 'dirname', { value: primitive(path.dirname(module.file.path)), place });
  define(machine, meta, 'filename', { value: primitive(module.file.path), place });
  return meta;
}

function jsonModule(machine: Machine, file: string, place: Place): Value {
  const name = displayName(machine.cwd, file);
  const text = isFile(file) ? readText(file) : null;
  const source: SourceText = { path: file, name, text: text ?? '', tree: null };
  try {
    return fromJson(JSON.parse(text ?? ''), { file: source, at: null });
  } catch {
    return limit(`'${name}' is no valid JSON`, place);
  }
}
