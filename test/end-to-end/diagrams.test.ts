import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as assert from 'uvu/assert';
import { chromiumPath, startBrowser } from '../support/browser.ts';
import { suiteThatCan } from '../support/needs.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const executable = chromiumPath();
const test = suiteThatCan(
  executable === null ? 'no Chromium was found: apt-get install chromium' : null,
  'the diagrams that are committed, in a browser',
);

test('Mermaid draws every diagram of docs/naming.md and of REVIEW.md', async () => {
  const diagrams = ['docs/naming.md', 'out/0001_arcade/REVIEW.md'].flatMap((path) => {
    const found = [...read(path).matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, diagram = '']) => diagram);
    assert.ok(found.length > 0, path);
    return found;
  });
  const browser = await startBrowser(executable ?? '');
  try {
    const page = await browser.newPage();
    await page.addScriptTag({
      path: fileURLToPath(new URL('node_modules/mermaid/dist/mermaid.min.js', root)),
    });
    for (const [index, diagram] of diagrams.entries()) {
      // It throws where it cannot read the diagram.
      const drawn: string = await page.evaluate(
        `mermaid.render('diagram${index}', ${JSON.stringify(diagram)}).then(({ svg }) => svg)`,
      );
      assert.match(drawn, /^<svg /);
      assert.not.match(drawn, 'Syntax error');
    }
  } finally {
    await browser.close();
  }
});

test.run();
