#!/usr/bin/env node
import module from 'node:module';
import process from 'node:process';
import { run } from './run.ts';

// Node 22 and later cache what they compile of the modules that are loaded from here on.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

// A reader such as head may close the output early. The program then ends silently, with the status of one that SIGPIPE ended.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(141);
    process.stderr.write(`The output cannot be written: ${error.message}\n`);
    process.exit(1);
  });
}

process.exitCode = await run(process.argv.slice(2), process.cwd());
