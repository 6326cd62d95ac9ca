import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import { readLists } from '../../generator/reader/index.ts';
import { parse, ts } from '../../generator/reader/syntax.ts';
import { describeRelationships } from './describe.ts';

/**
 * Replaces every expression of every fixture, one at a time, with the call of an unknown function. The
 * relationships that are read must stay the same, or there must be an error: never fewer in silence.
 */
const root = fileURLToPath(new URL('../fixtures/reader', import.meta.url));
const unknownCall = 'process.env.MYSTERY()';
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-'));

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where the expressions of a file are, those apart that can't be a call: names, targets, parts of types. */
function expressionsIn(file: string, text: string): readonly Span[] {
  const tree = parse(file, text);
  const spans: Span[] = [];
  const visit = (node: ts.Node, parent: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (isReplaceable(node, parent)) spans.push({ start: node.getStart(tree), end: node.end });
    ts.forEachChild(node, (child) => visit(child, node));
  };
  ts.forEachChild(tree, (child) => visit(child, tree));
  return spans;
}

function isReplaceable(node: ts.Node, parent: ts.Node): boolean {
  if (!ts.isExpression(node) || ts.isSpreadElement(node) || ts.isOmittedExpression(node)) return false;
  if (node.kind === ts.SyntaxKind.SuperKeyword || ts.isPrivateIdentifier(node)) return false;
  if (ts.isCallExpression(parent) && ts.isIdentifier(node) && node.text === 'require') return false;
  // Without the call, nothing is left that could tell of a list.
  if (ts.isExpressionStatement(parent)) return false;
  if (ts.isBinaryExpression(parent) && parent.left === node && isAssignment(parent)) return false;
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent)) return false;
  if (ts.isHeritageClause(parent) || ts.isTemplateLiteral(parent) || ts.isTypeNode(parent)) return false;
  if (ts.isExternalModuleReference(parent) || ts.isNewExpression(parent)) return false;
  return !ts.isIdentifier(node) || isValue(node, parent);
}

function isAssignment(node: ts.BinaryExpression): boolean {
  return node.operatorToken.kind === ts.SyntaxKind.EqualsToken || node.operatorToken.getText === undefined;
}

/** Whether an identifier stands for a value, not for the name of something. */
function isValue(node: ts.Identifier, parent: ts.Node): boolean {
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isVariableDeclaration(parent) || ts.isParameter(parent)) return parent.initializer === node;
  return ts.isCallExpression(parent) || ts.isSpreadAssignment(parent) || ts.isReturnStatement(parent);
}

function isCode(name: string): boolean {
  return /\.[jt]s$/.test(name);
}

for (const style of fs.readdirSync(root)) {
  const expected = JSON.parse(fs.readFileSync(path.join(root, style, 'expected.json'), 'utf8'));
  if (expected.diagnostics.length > 0) continue;
  test(`misses nothing in silence in the style ${style}`, () => {
    const cwd = path.join(work, style);
    fs.cpSync(path.join(root, style), cwd, { recursive: true });
    const silent: string[] = [];
    for (const name of fs.readdirSync(cwd, { recursive: true, encoding: 'utf8' }).filter(isCode)) {
      const file = path.join(cwd, name);
      const text = fs.readFileSync(file, 'utf8');
      for (const { start, end } of expressionsIn(file, text)) {
        fs.writeFileSync(file, text.slice(0, start) + unknownCall + text.slice(end));
        const project = readLists(expected.entries, {
          cwd,
          env: expected.env ?? {},
          lists: expected.byHand ?? {},
        });
        const found = describeRelationships(project);
        const isLoud = project.diagnostics.length > 0;
        // Where the call itself is gone that created a list, nothing is left that could tell of it.
        const keys = new Set(project.lists.map(({ key }) => key));
        const missing = expected.relationships.filter(
          (line: string) => !found.includes(line) && keys.has(line.slice(0, line.indexOf('.'))),
        );
        if (!isLoud && missing.length > 0)
          silent.push(`${name}: ${text.slice(start, end)} loses ${missing.join('; ')}`);
      }
      fs.writeFileSync(file, text);
    }
    if (silent.length > 0) throw new Error(silent.join('\n'));
  });
}

test.after(() => fs.rmSync(work, { recursive: true, force: true }));

test.run();
