#!/usr/bin/env node
import module from 'node:module';
import process from 'node:process';
import { run } from './run.ts';

// Node 22 and later keep what they compiled of the modules that are loaded from here on for the next run.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

// Whoever reads the output may have read enough, as head does: that ends the program without a word, with the status
// that a shell gives to one that SIGPIPE ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    process.stderr.write(`The output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}

process.exitCode = await run(process.argv.slice(2), process.cwd());
