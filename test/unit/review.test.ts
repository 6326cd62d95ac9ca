import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import DOMPurify from 'dompurify';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import mermaid from 'mermaid';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Plan, Reconcile } from '../../generator/plan/index.ts';
import { readLists } from '../../generator/reader/index.ts';
import { relationshipName } from '../../generator/relationships/index.ts';
import { isReadable } from '../../generator/render/review/diagram.ts';
import { html } from '../../generator/render/review/html.ts';
import { renderReview } from '../../generator/render/review/index.ts';
import { renderReviewPage } from '../../generator/render/review/page.ts';
import { code, formatText } from '../../generator/render/review/text.ts';
import { builtInTemplates } from '../../generator/render/template-files.ts';
import { oddProject, project } from '../support/arbitraries.ts';
import { projectOf, type ShortField } from '../support/lists.ts';
import { planOf } from '../support/plans.ts';
import { seed } from '../support/seed.ts';

// Mermaid cleans what it has parsed, which takes a browser; diagrams.test.ts has one.
Object.assign(DOMPurify, { addHook: () => {}, sanitize: (text: string) => text });

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
    assert.match((await mermaid.parse(diagram)).diagramType, 'flowchart', diagram);
    assert.match(diagram, /^ {2}t1\[/m, 'none is empty');
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
  assert.ok(count >= 12, `${count} diagrams`);
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

/** What a page shows. Where a name may break, it is one name all the same. */
const decoded = (page: string): string =>
  page
    .replace(/<style>.*?<\/style>/s, '')
    .replaceAll(/<\/?(wbr|span)>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

/** One of each kind, with all that a page can have. */
function samplePlan(reconcile: Reconcile = 'merge'): Plan {
  const plan = planOf(
    projectOf({
      User: {
        posts: { ref: 'Post.author', many: true },
        liked: { ref: 'Post.likes', many: true },
        profile: { ref: 'Profile.user' },
      },
      Post: {
        author: { ref: 'User.posts' },
        tags: { ref: 'Tag', many: true },
        likes: { ref: 'User.liked', many: true },
        ['p'.repeat(52)]: { ref: 'User', many: true },
      },
      Profile: { user: { ref: 'User.profile' } },
      Tag: { owner: { ref: 'User' } },
    }),
    'my "own"',
    reconcile,
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
  assert.match(pageOf(plan, '../..'), '<a href="../../lists/Post.js#L3">lists/<wbr>Post.<wbr>js:3</a>');
  assert.not.match(markdownOf(plan, null), '](');
  assert.not.match(pageOf(plan, null), /href="[^d]/);
});

test('the two forms say the same: what REVIEW.md says in words is in REVIEW.html', () => {
  const plan = samplePlan();
  const said = tokensOf(markdownOf(plan))
    .filter(
      ({ type, info }) => type === 'text' || type === 'code_inline' || (type === 'fence' && info === 'sh'),
    )
    .flatMap(({ content }) => content.match(/[\p{L}\p{N}_]+/gu) ?? []);
  const shown = new Set(decoded(pageOf(plan)).match(/[\p{L}\p{N}_]+/gu));
  assert.ok(said.length > 500);
  const missing = said.filter((word) => !shown.has(word));
  // The kind of the callout, and the heading of a column that the page has none for.
  assert.equal([...new Set(missing)].sort(), ['WARNING', 'kind']);
});

test('what changes is said in the words that a DBA looks for', () => {
  const markdown = markdownOf(samplePlan());
  for (const change of [
    '`drop table "User_posts"`',
    '`unset users.posts`',
    '`rename table "Post_tags" to "Post_tags_many"`',
    '`drop column "User"."profile"`',
    '`post_tags_post_id_index` to `post_tags_many_post_left_id_index`',
    'Dropped with `"User_liked"`: `user_liked_user_id_foreign`',
    '**PostgreSQL**, schema `my "own"`: 5 of 6 relationships change (2 tables dropped, 1 column dropped, 3 tables renamed).',
    '**MongoDB**: 5 of 6 relationships change (6 fields unset, 3 collections created).',
    'The result depends on which field is the left one: here the join table is `Post_likes_User_liked`.',
  ]) {
    assert.match(markdown, change);
  }
});

test('what could be lost is said for each mode, and which one the scripts use', () => {
  const given =
    'When nobody needs them any more, drop them: `drop table "my ""own"""."arcade_given_up"`, `db.arcade_given_up.drop()`.';
  for (const reconcile of ['abort', 'merge', 'resolve', 'discard'] as const) {
    const markdown = markdownOf(samplePlan(reconcile));
    assert.match(markdown, `| \`${reconcile}\`, **used here** |`);
    assert.is(markdown.match(/used here/g)?.length, 1);
    assert.is(markdown.includes(given), reconcile === 'resolve' || reconcile === 'discard');
  }
  const oneSided = planOf(projectOf({ Post: { tags: { ref: 'Tag', many: true } }, Tag: {} }));
  assert.match(
    oneSided ? markdownOf(oneSided) : '',
    '## What could be lost\n\nNo links: every side is kept.\n',
  );
});

test('a plan without changes says so, and a database without changes has no scripts to run', () => {
  const plan = planOf(projectOf({ Post: { author: { ref: 'User' } }, User: {} }));
  if (!plan) throw new Error('the names clash');
  assert.match(markdownOf(plan), '- **MongoDB**: nothing changes, so there are no scripts.\n');
  assert.not.match(markdownOf(plan), '##');
  assert.not.match(pageOf(plan), /<svg|<h2|<button/);

  const self = planOf(
    projectOf({ Post: { parent: { ref: 'Post.children' }, children: { ref: 'Post.parent', many: true } } }),
  );
  if (!self) throw new Error('the names clash');
  const markdown = markdownOf(self);
  for (const form of [markdown, decoded(pageOf(self))]) {
    assert.match(form, 'nothing changes, so there are no scripts.');
    assert.not.match(form, /psql|postgres\/|PostgreSQL as a diagram/);
    assert.match(form, 'mongo/migrate.js');
  }
});

test('left and right in the order of declaration, which Keystone 8 does not have, are a warning', () => {
  const plan = samplePlan();
  assert.match(
    markdownOf(plan),
    /<summary>Which field is the left one<.summary>\n\n- The left field .* changes the result for \d relationships; the details name them\.\n/,
  );
  assert.match(
    markdownOf({ ...plan, sideOrder: 'declaration' }),
    /\n> - The left field is the one declared first/,
  );
});

/** A project with that many relationships, all of which change: a list for every two of them. */
function manyChanges(count: number): Plan {
  const lists: Record<string, Record<string, ShortField>> = { Tag: {} };
  for (let index = 0; index < count; index++) {
    const [near, far] = [
      `Item${Math.floor(index / 2)}`,
      index % 2 === 0 ? 'Tag' : `Item${Math.floor(index / 4)}`,
    ];
    const fields = (list: string) => (lists[list] ??= {});
    const [a, b] = [`first${index}`, `other${index}`];
    fields(near)[a] = { ref: `${far}.${b}`, many: index % 3 > 0 };
    fields(far)[b] = { ref: `${near}.${a}`, many: index % 3 > 1 };
  }
  const plan = planOf(projectOf(lists));
  if (!plan) throw new Error('the names clash');
  return plan;
}

test('REVIEW.md is short, and names no relationship more than twice', () => {
  for (const [count, lines] of [
    [1, 115],
    [9, 200],
    [12, 250],
    [76, 700],
  ] as const) {
    const plan = manyChanges(count);
    const markdown = markdownOf(plan);
    const length = markdown.split('\n').length - 1;
    assert.ok(length <= lines, `${count} relationships: ${length} lines`);
    for (const relationship of plan.relationships) {
      const name = `\`${relationshipName(relationship)}\``;
      assert.ok(markdown.split(name).length - 1 <= 2, name);
    }
  }
});

test('many changes are folded, and REVIEW.md has no diagram that nobody could read; the page draws it', () => {
  for (const [count, isLong, isReadable] of [
    [20, false, true],
    [25, true, false],
    [52, true, false],
  ] as const) {
    const plan = manyChanges(count);
    const [markdown, page] = [markdownOf(plan), pageOf(plan)];
    assert.is(markdown.includes(`<details><summary>${count} relationships</summary>`), isLong);
    assert.is(page.includes(`<details><summary>${count} relationships</summary>`), isLong);
    assert.is(diagramsOf(markdown).length, isReadable ? 2 : 0);
    assert.is(page.match(/<svg/g)?.length, 2);
    for (const form of [markdown, page]) assert.not.match(form, /<details[^>]* open/);
  }
  const boxes = (count: number) =>
    isReadable({
      arrows: Array.from({ length: count }, (_, index) => ({
        from: `${index}`,
        to: '0',
        names: ['x'],
        mark: null,
      })),
    });
  assert.ok(boxes(25));
  assert.not(boxes(26));
});

test('in REVIEW.html names break after _ and . alone, and <-> never', () => {
  const shown = (text: string) => formatText([code(text)], html);
  assert.is(
    shown('Post_tags.a <-> User.posts'),
    '<code>Post_<wbr>tags.<wbr>a <span>&lt;-&gt;</span> User.<wbr>posts</code>',
  );
  assert.is(shown('__a__'), '<code>_<wbr>_<wbr>a_<wbr>_</code>');
});

test.run();
