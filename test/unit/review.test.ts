import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import mermaid from 'mermaid';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan } from '../../generator/plan/index.ts';
import { readLists } from '../../generator/reader/index.ts';
import { relationshipName } from '../../generator/relationships/index.ts';
import { renderReview } from '../../generator/render/review/index.ts';
import { renderReviewPage } from '../../generator/render/review/page.ts';
import { builtInTemplates } from '../../generator/render/template-files.ts';
import { oddProject, project } from '../support/arbitraries.ts';
import { projectOf } from '../support/lists.ts';
import { planOf } from '../support/plans.ts';
import { seed } from '../support/seed.ts';

const templates = builtInTemplates();
const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));
const markdownOf = (plan: Plan, root: string | null = '../..'): string =>
  renderReview(plan, templates, root).text;
const pageOf = (plan: Plan, root: string | null = '../..'): string =>
  renderReviewPage(plan, templates, root).text;

/** The Markdown as a reader that knows HTML reads it. */
const tokensOf = (markdown: string) =>
  new MarkdownIt({ html: true }).parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);

const diagramsOf = (markdown: string): string[] =>
  tokensOf(markdown)
    .filter(({ type, info }) => type === 'fence' && info === 'mermaid')
    .map(({ content }) => content);

async function parseDiagrams(plan: Plan): Promise<number> {
  const diagrams = diagramsOf(markdownOf(plan));
  for (const diagram of diagrams) {
    assert.is((await mermaid.parse(diagram)).diagramType, 'er', diagram);
    assert.match(diagram, /^ {2}e1\[/m, 'none is empty');
  }
  return diagrams.length;
}

test('Mermaid parses the diagrams of all cases', async () => {
  let count = 0;
  for (const name of readdirSync(join(fixtures, 'keystone')).sort()) {
    if (name.endsWith('.md')) continue;
    const cwd = join(fixtures, 'keystone', name);
    const plan = planOf(readLists(['lists.js'], { cwd }));
    if (plan) count += await parseDiagrams(plan);
  }
  assert.ok(count > 40, `${count} diagrams`);
});

test('Mermaid parses the diagrams of every project, whatever its names', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(project, oddProject), async (drawn) => {
      const plan = planOf(drawn);
      fc.pre(plan !== null);
      if (plan) await parseDiagrams(plan);
    }),
    { numRuns: 40, seed },
  );
});

/** Code as it is shown: where a code span cannot say it, it is in a tag. */
const codesIn = (markdown: string): Set<string> =>
  new Set([
    ...tokensOf(markdown).flatMap(({ type, content }) => (type === 'code_inline' ? [content] : [])),
    ...[...markdown.matchAll(/<code>(.*?)<\/code>/g)].map(([, text = '']) =>
      text.replaceAll(/&#(\d+);/g, (_, number: string) => String.fromCodePoint(Number(number))),
    ),
  ]);

const HTML_IN_MARKDOWN = /^(<\/?(details|summary|b|code)( open)?>)+$/;

test('names are names in REVIEW.md, whatever they hold: none ends a cell, a link or a tag', () => {
  fc.assert(
    fc.property(oddProject, (drawn) => {
      const plan = planOf(drawn);
      fc.pre(plan !== null);
      if (!plan) return;
      const tokens = tokensOf(markdownOf(plan));
      const codes = codesIn(markdownOf(plan));
      for (const relationship of plan.relationships) {
        const name = relationshipName(relationship).replaceAll('\n', ' ');
        assert.ok(codes.has(name), `${JSON.stringify(name)} is not shown as it is`);
      }
      for (const { type, content } of tokens) {
        if (type === 'html_inline') assert.match(content, HTML_IN_MARKDOWN);
        if (type === 'html_block')
          for (const [tag] of content.matchAll(/<[^>]*>/g)) assert.match(tag, HTML_IN_MARKDOWN);
      }
    }),
    { numRuns: 25, seed },
  );
});

test('REVIEW.html has no tag but its own, whatever the names', () => {
  const own = new Set(tagsOf(pageOf(samplePlan())));
  fc.assert(
    fc.property(oddProject, (drawn) => {
      const plan = planOf(drawn);
      fc.pre(plan !== null);
      if (!plan) return;
      const page = pageOf(plan);
      assert.equal(
        tagsOf(page).filter((tag) => !own.has(tag)),
        [],
      );
      assert.not.match(page, /NaN|Infinity|undefined/);
      const text = decoded(page);
      for (const relationship of plan.relationships) {
        assert.ok(text.includes(relationshipName(relationship).replaceAll('\n', ' ')));
      }
    }),
    { numRuns: 15, seed },
  );
});

const tagsOf = (page: string): string[] =>
  [...page.matchAll(/<(\/?[a-z][a-z0-9]*|!--)/gi)].map(([, tag]) => tag ?? '');

const decoded = (page: string): string =>
  page
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** One of each kind, with all that a page can have. */
function samplePlan(): Plan {
  const plan = planOf(
    projectOf({
      Post: {
        author: { ref: 'User.posts' },
        tags: { ref: 'Tag', many: true },
        likes: { ref: 'User.liked', many: true },
        ['p'.repeat(52)]: { ref: 'User', many: true },
      },
      Profile: { user: { ref: 'User.profile' } },
      Tag: { owner: { ref: 'User' } },
      User: {
        posts: { ref: 'Post.author', many: true },
        liked: { ref: 'Post.likes', many: true },
        profile: { ref: 'Profile.user' },
      },
    }),
    'public',
    'merge',
  );
  if (!plan) throw new Error('the names of the sample clash');
  const source = { file: "lists/it's (a) list.js", line: 7, column: 1 };
  const warning = {
    code: 'AM1003',
    severity: 'warning',
    message: 'Unknown <b>.',
    help: 'Look.',
    source,
  } as const;
  return { ...plan, warnings: [warning] };
}

test('links lead from the version to the line, and to nowhere where there is no way', () => {
  const plan = samplePlan();
  assert.match(markdownOf(plan, '../..'), '[lists/Post.js:3](../../lists/Post.js#L3)');
  assert.match(
    markdownOf(plan, '../../app'),
    "> - [lists/it's (a) list.js:7](../../app/lists/it%27s%20%28a%29%20list.js#L7): Unknown &lt;b>. Look.",
  );
  assert.match(pageOf(plan, '../..'), '<a href="../../lists/Post.js#L3">lists/Post.js:3</a>');
  assert.not.match(markdownOf(plan, null), '](');
  assert.not.match(pageOf(plan, null), /href="[^#d]/);
});

test('the two forms say the same: what REVIEW.md says in words is in REVIEW.html', () => {
  const plan = samplePlan();
  const said = tokensOf(markdownOf(plan))
    .filter(
      ({ type, info }) => type === 'text' || type === 'code_inline' || (type === 'fence' && info === 'sh'),
    )
    .flatMap(({ content }) => content.match(/[\p{L}\p{N}_]+/gu) ?? []);
  const page = decoded(pageOf(plan).replace(/<style>.*?<\/style>/s, ''));
  const shown = new Set(page.match(/[\p{L}\p{N}_]+/gu));
  assert.ok(said.length > 500);
  const missing = said.filter((word) => !shown.has(word));
  // The kinds of callouts, which the page tells by their colours and titles, and the folded part with the diagrams.
  assert.equal([...new Set(missing)].sort(), ['NOTE', 'WARNING']);
});

test('a step that changes nothing is not drawn, and a plan without changes says so', () => {
  const plan = planOf(projectOf({ Post: { author: { ref: 'User' } }, User: {} }));
  assert.ok(plan);
  if (!plan) return;
  const markdown = markdownOf(plan);
  assert.match(markdown, '## What changes\n\nNothing.\n');
  assert.equal(diagramsOf(markdown), []);
  assert.not.match(pageOf(plan), '<svg');
});

test('with many relationships the details are folded', () => {
  const many = (count: number) =>
    planOf(
      projectOf({
        Post: Object.fromEntries(
          Array.from({ length: count }, (_, index) => [`tags${index}`, { ref: 'Tag', many: true }]),
        ),
        Tag: {},
      }),
    );
  for (const [count, isFolded] of [
    [6, false],
    [7, true],
  ] as const) {
    const plan = many(count);
    if (!plan) throw new Error('the names clash');
    const [markdown, page] = [markdownOf(plan), pageOf(plan)];
    assert.is(/<details open>/.test(markdown), !isFolded);
    assert.is(/<details open/.test(page), !isFolded);
    // One diagram of all before and after, for each database; else one of each relationship.
    const diagrams = isFolded ? 4 * count : 4;
    assert.is(diagramsOf(markdown).length, diagrams);
    assert.is(page.match(/<svg/g)?.length, diagrams);
  }
});

test.run();
