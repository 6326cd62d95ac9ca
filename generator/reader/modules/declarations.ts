import { evaluate, placeOf } from '../evaluate/expression.ts';
import { evaluateNamed } from '../evaluate/literals.ts';
import { getMember } from '../members.ts';
import { addRest, define } from '../objects.ts';
import type { Place } from '../place.ts';
import { declareLive, lookUp, read, type Scope } from '../scope.ts';
import { hasModifier, ts } from '../syntax.ts';
import { isUndefined, limit, native, outside, primitive, undefinedValue, type Value } from '../values.ts';
import { defaultOf, importModule } from './load.ts';
import type { Module } from './module.ts';

/** Imports run before everything else in a module, wherever they are written. */
export function runImports(statements: readonly ts.Statement[], scope: Scope): void {
  for (const statement of statements) {
    if (ts.isImportDeclaration(statement)) importDeclaration(statement, scope);
    else if (ts.isExportDeclaration(statement)) exportFrom(statement, scope);
  }
}

/** `import x = …` of TypeScript; the other imports have run already. */
export function runImport(node: ts.ImportDeclaration | ts.ImportEqualsDeclaration, scope: Scope): void {
  if (ts.isImportDeclaration(node) || node.isTypeOnly) return;
  const place = placeOf(node, scope);
  const { moduleReference: meant } = node;
  let value: Value = limit('what a name with dots means is not followed', place);
  if (ts.isIdentifier(meant)) value = evaluate(meant, scope);
  if (ts.isExternalModuleReference(meant))
    value = importModule(scope.frame.module, evaluate(meant.expression, scope), place);
  declareLive(scope, node.name.text, () => value, value);
}

function importDeclaration(node: ts.ImportDeclaration, scope: Scope): void {
  const clause = node.importClause;
  if (clause?.phaseModifier === ts.SyntaxKind.TypeKeyword) return;
  const { machine, module } = scope.frame;
  const place = placeOf(node, scope);
  const specifier = specifierOf(node.moduleSpecifier);
  const first = importModule(module, specifier, place);
  // With circular imports, a file of the user can give other exports later.
  const whole = () => (first.kind === 'external' ? first : importModule(module, specifier, place));
  const bind = (name: ts.Identifier, live: () => Value) =>
    declareLive(scope, name.text, live, undefinedValue);
  if (clause?.name !== undefined) bind(clause.name, () => defaultOf(machine, whole(), place));
  const bindings = clause?.namedBindings;
  if (bindings === undefined) return;
  if (ts.isNamespaceImport(bindings)) {
    const namespace = importModule(module, specifier, place, true);
    bind(bindings.name, () => namespace);
    return;
  }
  for (const element of bindings.elements) {
    if (element.isTypeOnly) continue;
    const name = (element.propertyName ?? element.name).text;
    bind(element.name, () => exportNamed(scope, whole(), name, placeOf(element, scope)));
  }
}

function specifierOf(node: ts.Expression): Value {
  return primitive(ts.isStringLiteralLike(node) ? node.text : '');
}

/** A named export. If a local file does not have it, it may come from something that was not understood there. */
function exportNamed(scope: Scope, exports: Value, name: string, place: Place): Value {
  const { machine } = scope.frame;
  if (name === 'default') return defaultOf(machine, exports, place);
  const value = getMember(machine, exports, name, place);
  const isThere = exports.kind !== 'object' || exports.properties.has(name);
  return isUndefined(value) && !isThere ? outside(`'${name}' is not exported there`, place) : value;
}

/** Makes the exported names known before the module runs, so that circular imports find them. */
export function declareExports(module: Module, statements: readonly ts.Statement[]): void {
  for (const statement of statements) {
    if (ts.isExportDeclaration(statement)) {
      const { exportClause, isTypeOnly, moduleSpecifier } = statement;
      if (moduleSpecifier !== undefined || isTypeOnly || !exportClause || !ts.isNamedExports(exportClause))
        continue;
      for (const element of exportClause.elements) {
        if (element.isTypeOnly) continue;
        exportLocal(module, (element.propertyName ?? element.name).text, element.name.text, element);
      }
    } else if (hasModifier(statement, ts.SyntaxKind.ExportKeyword)) {
      const names = declaredNames(statement);
      const isDefault = hasModifier(statement, ts.SyntaxKind.DefaultKeyword);
      for (const name of names) exportLocal(module, name.text, isDefault ? 'default' : name.text, name);
      if (isDefault && names.length === 0) exportLocal(module, 'default', 'default', statement);
    }
  }
}

function exportLocal(module: Module, local: string, exported: string, at: ts.Node): void {
  const get = (): Value => {
    const binding = lookUp(module.scope, local);
    return binding === null ? undefinedValue : read(binding);
  };
  exportAs(module, exported, get, { file: module.file, at });
}

function exportAs(module: Module, name: string, get: () => Value, place: Place): void {
  const { machine } = module.scope.frame;
  define(machine, module.exports, name, { value: undefinedValue, get: native('export', get), place });
}

function declaredNames(node: ts.Statement): readonly ts.Identifier[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(({ name }) => namesOf(name));
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isModuleDeclaration(node);
  return isNamed && node.name !== undefined && ts.isIdentifier(node.name) ? [node.name] : [];
}

function namesOf(name: ts.BindingName): readonly ts.Identifier[] {
  if (ts.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) => (ts.isOmittedExpression(element) ? [] : namesOf(element.name)));
}

/** `export … from`: the other module's exports under the same or other names. */
function exportFrom(node: ts.ExportDeclaration, scope: Scope): void {
  if (node.moduleSpecifier === undefined || node.isTypeOnly) return;
  const { machine, module } = scope.frame;
  const place = placeOf(node, scope);
  const specifier = specifierOf(node.moduleSpecifier);
  const whole = () => importModule(module, specifier, place);
  const { exportClause } = node;
  if (exportClause === undefined) {
    exportAll(module, whole(), place);
  } else if (ts.isNamespaceExport(exportClause)) {
    const namespace = importModule(module, specifier, place, true);
    define(machine, module.exports, exportClause.name.text, { value: namespace, place });
  } else {
    whole();
    for (const element of exportClause.elements) {
      if (element.isTypeOnly) continue;
      const name = (element.propertyName ?? element.name).text;
      const at = placeOf(element, scope);
      exportAs(module, element.name.text, () => exportNamed(scope, whole(), name, at), at);
    }
  }
}

function exportAll(module: Module, other: Value, place: Place): void {
  const { machine } = module.scope.frame;
  if (other.kind === 'external' || other.kind === 'unknown') {
    addRest(machine, module.exports, other, place);
  } else if (other.kind === 'object') {
    for (const [name, property] of other.properties) {
      if (name === 'default' || module.exports.properties.has(name)) continue;
      exportAs(module, name, () => getMember(machine, other, name, place), property.place);
    }
    for (const rest of other.rests) addRest(machine, module.exports, rest.value, rest.place);
  }
}

/** `export default …` and `export = …`. */
export function runExport(node: ts.ExportDeclaration | ts.ExportAssignment, scope: Scope): void {
  if (ts.isExportDeclaration(node)) return;
  const { machine, module } = scope.frame;
  const place = placeOf(node, scope);
  const value = evaluateNamed(node.expression, scope, 'default');
  if (node.isExportEquals === true) define(machine, module.object, 'exports', { value, place });
  else define(machine, module.exports, 'default', { value, place });
}
