import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { relationshipName } from '../../generator/relationships/index.ts';
import { renderReviewPage } from '../../generator/render/review/page.ts';
import { builtInTemplates } from '../../generator/render/template-files.ts';
import { projectOf, type ShortField } from './lists.ts';
import { planOf } from './plans.ts';
import { temporaryFolder } from './temporary.ts';

/**
 * Writes the page of a project with this number of relationships, all of which change: every kind, self-references, odd and very
 * long names. Also writes the files that the page links to. Returns the names that the page must show.
 */
export async function writeReviewPage(count: number): Promise<{ file: string; relationships: string[] }> {
  const lists: Record<string, Record<string, ShortField>> = {};
  const keys = Array.from(
    { length: Math.ceil(count / 4) },
    (_, index) => `${NAMES[index % NAMES.length]}${index}`,
  );
  for (const key of keys) lists[key] = {};
  for (let index = 0; index < count; index++) {
    const near = keys[index % keys.length] ?? '';
    const far = keys[(index * 3 + (index % 4)) % keys.length] ?? '';
    const [a, b] = [`path ${index}`, `${NAMES[index % NAMES.length]} ${index}`];
    const [nearFields, farFields] = [lists[near] ?? {}, lists[far] ?? {}];
    const [nearMany, farMany] = [index % 3 !== 0, index % 2 === 0];
    if (index % 5 === 1) {
      nearFields[a] = { ref: far, many: true };
    } else {
      nearFields[a] = { ref: `${far}.${b}`, many: nearMany };
      farFields[b] = { ref: `${near}.${a}`, many: farMany };
    }
  }
  const plan = planOf(projectOf(lists));
  if (!plan) throw new Error('the names clash');
  const folder = await temporaryFolder();
  const file = join(folder, 'out', '0001_arcade', 'REVIEW.html');
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, renderReviewPage(plan, builtInTemplates(), '../..').text);
  mkdirSync(join(folder, 'lists'));
  for (const key of keys) writeFileSync(join(folder, 'lists', `${key}.js`), '');
  return { file, relationships: plan.relationships.map(relationshipName) };
}

const NAMES = ['Post', 'ünï "x"', "<b>it's", 'averylongnamethatgoesonandonandonfortytwo', '日本', 'a&amp;b'];
