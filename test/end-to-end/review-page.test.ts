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

/** What sticks out of the page at the right, or is cut off, but for what scrolls in a box of its own. */
const sticksOut = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('body, body *')]
    .filter((element) => !element.closest('.canvas > *'))
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
    .map((element) => element.outerHTML.slice(0, 80))
    .concat([...document.querySelectorAll('body *')]
      .filter((element) => !element.closest('.canvas') && getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1)
      .map((element) => 'cut off: ' + element.outerHTML.slice(0, 80)))
    .concat(document.documentElement.scrollWidth > innerWidth ? ['the page scrolls'] : [])`);

/** Where names and links are broken: what stands at the end of a line, and what at the beginning of the next. */
const breaks = (page: Page): Promise<string[]> =>
  page.evaluate(`[...document.querySelectorAll('code, a')].flatMap((element) => {
    const found = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let before = null;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      for (let index = 0; index < node.length; index++) {
        const range = document.createRange();
        range.setStart(node, index);
        range.setEnd(node, index + 1);
        const [rect] = range.getClientRects();
        const sign = node.data[index];
        if (before && /\\s/.test(sign)) before.sign = sign;
        if (!rect || rect.width === 0) continue;
        if (before && rect.top > before.bottom - 2) found.push(before.sign + sign);
        before = { sign, bottom: rect.bottom };
      }
    }
    return found;
  })`);

const faults = (page: Page): Promise<string[]> =>
  page.evaluate(`(async () => { ${axe}
    const { violations } = await globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'best-practice'] });
    return violations.map(({ id, nodes }) => id + ': ' + nodes.slice(0, 2).map(({ html }) => html.slice(0, 120)).join(' '));
  })()`);

async function looksRight(browser: Browser, file: string, relationships: readonly string[]): Promise<void> {
  for (const width of [390, 1280]) {
    const alone = { viewport: { width, height: 800 }, javaScriptEnabled: false, offline: true };
    const noises = await open(browser, file, alone, async (page) => {
      assert.equal(await sticksOut(page), [], `${width} pixels`);
      assert.is(await page.locator('svg > title').count(), 2);
      assert.not(await page.locator('button').isVisible(), 'without scripts there is no button for one');
      const names = await page.locator('.change summary > code').allTextContents();
      assert.equal(names.sort(), [...relationships].sort());
      for (const link of await page.locator('a').all()) {
        const href = (await link.getAttribute('href')) ?? '';
        assert.ok(existsSync(fileURLToPath(new URL(href, pathToFileURL(file)))), href);
      }
    });
    assert.equal(noises, []);
    const scripted = { viewport: { width, height: 800 }, offline: true };
    const others = await open(browser, file, scripted, async (page) => {
      const all = await page.locator('details').count();
      await page.getByRole('button', { name: 'Open all' }).click();
      assert.is(await page.locator('details[open]').count(), all);
      assert.equal(await sticksOut(page), [], `${width} pixels, all open`);
      await page.getByRole('button', { name: 'Close all' }).click();
      assert.is(await page.locator('details[open]').count(), 0);
    });
    assert.equal(others, []);
  }
}

const SAMPLE = [
  'Category.children <-> Category.parent',
  'Post.author <-> User.posts',
  'Post.categories -> Category',
  'Post.likedBy <-> User.likes',
  'Profile.user <-> User.profile',
];

test('on a phone and a desk, alone, with and without its script: nothing sticks out, all is there, links lead somewhere', async () => {
  const browser = await startBrowser(executable ?? '');
  try {
    const sample = join(await generateSample('--review', 'html'), '0001_arcade/REVIEW.html');
    await looksRight(browser, sample, SAMPLE);
    for (const colorScheme of ['light', 'dark'] as const) {
      await open(browser, sample, { colorScheme, bypassCSP: true }, async (page) => {
        assert.equal(await faults(page), [], colorScheme);
        await page.getByRole('button').click();
        assert.equal(await faults(page), [], `${colorScheme}, all open`);
      });
    }
    let found = 0;
    for (const width of [320, 390, 600, 1280]) {
      await open(browser, sample, { viewport: { width, height: 800 } }, async (page) => {
        await page.getByRole('button').click();
        for (const [end, next] of await breaks(page)) {
          assert.match(end ?? '', /[_./ ]/, `${end} and ${next} are broken at ${width} pixels`);
          found += 1;
        }
      });
    }
    assert.ok(found > 20, 'names are broken somewhere');

    const { file, relationships } = await writeReviewPage(60);
    await looksRight(browser, file, relationships);
    await open(browser, file, {}, async (page) => {
      assert.is(await page.locator('details[open]').count(), 0);
      await page.emulateMedia({ media: 'print' });
      assert.ok(await page.locator('.change p').first().isVisible(), 'what is folded is printed');
    });
  } finally {
    await browser.close();
  }
});

test.run();
