import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Project, readLists } from '../../generator/reader/index.ts';
import { seed } from '../support/seed.ts';
import { describeDiagnostics, describeRelationships } from './describe.ts';
import { choicesFrom } from './random/choices.ts';
import { expectedOf, type Model, models } from './random/model.ts';
import { obstruct } from './random/obstruct.ts';
import { type Files, printProject } from './random/print-project.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'arcade-migrate-'));
let projects = 0;

/** The random numbers that decide about styles. */
const numbers = fc.array(fc.nat(10_000), { minLength: 60, maxLength: 60 });

function readFiles(files: Files): Project {
  projects += 1;
  const cwd = path.join(folder, String(projects));
  for (const [name, text] of files) {
    fs.mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
    fs.writeFileSync(path.join(cwd, name), text);
  }
  const project = readLists(['index.js'], { cwd });
  fs.rmSync(cwd, { recursive: true });
  return project;
}

/** Compares; a failure shows the project as it was printed. */
function demand(actual: readonly string[], expected: readonly string[], files: Files): void {
  if (actual.join('\n') === expected.join('\n')) return;
  const project = [...files].map(([name, text]) => `--- ${name}\n${text}`);
  throw new Error([...project, '--- expected', ...expected, '--- actual', ...actual].join('\n'));
}

function hold<Values>(property: fc.IProperty<Values>, numRuns: number): void {
  const result = fc.check(property, { numRuns, seed });
  const cause = result.errorInstance instanceof Error ? result.errorInstance.message : '';
  assert.not(result.failed, `seed ${result.seed}, path ${result.counterexamplePath}\n${cause}`);
}

test('reads any model back exactly, in whatever styles it is written', () => {
  const property = fc.property(models, numbers, (model: Model, draws: readonly number[]) => {
    const files = printProject(model, choicesFrom(draws));
    const project = readFiles(files);
    demand(describeDiagnostics(project), [], files);
    demand(describeRelationships(project), expectedOf(model), files);
    const isSure = ['confirmed', 'settled'].includes(project.secondReading?.outcome ?? '');
    demand([String(isSure)], ['true'], files);
  });
  hold(property, 2000);
});

test('reads a model exactly or says that it does not, where something can not be known', () => {
  const property = fc.property(
    models,
    numbers,
    numbers,
    (model: Model, draws: readonly number[], other: readonly number[]) => {
      const files = obstruct(printProject(model, choicesFrom(draws)), choicesFrom(other));
      const project = readFiles(files);
      const isLoud = project.diagnostics.some(({ severity }) => severity === 'error');
      demand([String(project.secondReading?.outcome === 'different')], ['false'], files);
      if (!isLoud) demand(describeRelationships(project), expectedOf(model), files);
    },
  );
  hold(property, 1000);
});

test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

test.run();
