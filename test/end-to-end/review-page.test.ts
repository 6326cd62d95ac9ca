import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { chromiumPath, startBrowser } from '../support/browser.ts';
import { suiteThatCan } from '../support/needs.ts';
import { writeReviewPage } from '../support/review-pages.ts';
import { generateSample } from '../support/sample.ts';

const executable = chromiumPath();
const test = suiteThatCan(
  executable === null ? 'no Chromium was found: apt-get install chromium' : null,
  'REVIEW.html in a browser',
);

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');

/** Opens a page, and closes all afterwards. Gives what the page said or asked for while it was open. */
async function open(
  browser: Browser,
  file: string,
  options: BrowserContextOptions,
  look: (page: Page) => Promise<void>,
): Promise<string[]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const noises: string[] = [];
  const url = pathToFileURL(file).href;
  page.on('console', (message) => noises.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => noises.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:')) noises.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  await look(page);
  await context.close();
  return noises;
}

/** What sticks out of the page at the right, but for what scrolls in a box of its own. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('body, body *')]
    .filter((element) => !element.closest('.scroll > *, .canvas > *, pre > *'))
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 80))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls'] : [])`);

const faults = (page: Page): Promise<string[]> =>
  page.evaluate(`(async () => { ${axe}
    const { violations } = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'best-practice'] });
    return violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 120)).join(' '));
  })()`);

async function looksRight(
  browser: Browser,
  file: string,
  relationships: readonly string[],
  diagrams: number,
): Promise<void> {
  const phone = { viewport: { width: 360, height: 700 }, javaScriptEnabled: false, offline: true };
  const noises = await open(browser, file, phone, async (page) => {
    assert.equal(await sticksOut(page), []);
    assert.is(await page.locator('svg > title').count(), diagrams);
    assert.is(await page.locator('svg').count(), diagrams);
    const names = await page.locator('#changes ~ .scroll').first().locator('tbody th').allInnerTexts();
    assert.equal(names.map((name) => name.trim()).sort(), [...relationships].sort());
    for (const link of await page.locator('a').all()) {
      const href = (await link.getAttribute('href')) ?? '';
      if (href.startsWith('#')) assert.is(await page.locator(`[id="${href.slice(1)}"]`).count(), 1, href);
      else assert.ok(existsSync(fileURLToPath(new URL(href, pathToFileURL(file)))), href);
    }
  });
  assert.equal(noises, []);
}

test('on a phone, alone, without a script: nothing sticks out, all is there, links lead somewhere; nothing to object to', async () => {
  const browser = await startBrowser(executable ?? '');
  try {
    const sample = join(await generateSample('--review', 'html'), '0001_arcade/REVIEW.html');
    await looksRight(
      browser,
      sample,
      [
        'Category.children <-> Category.parent',
        'Post.author <-> User.posts',
        'Post.categories -> Category',
        'Post.likedBy <-> User.likes',
        'Profile.user <-> User.profile',
      ],
      4,
    );
    for (const colorScheme of ['light', 'dark'] as const) {
      await open(browser, sample, { colorScheme, bypassCSP: true }, async (page) => {
        assert.equal(await faults(page), [], colorScheme);
      });
    }
    const { file, relationships, diagrams } = await writeReviewPage(60);
    await looksRight(browser, file, relationships, diagrams);
    await open(browser, file, {}, async (page) => {
      assert.is(await page.locator('details[open]').count(), 0);
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('details table').first().isVisible(), 'what is folded is printed');
    });
  } finally {
    await browser.close();
  }
});

test.run();
