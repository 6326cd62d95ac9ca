// Loaded before the program, with --import: at the change of a file with that number it says so, in a file of its own, and pauses.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const { PAUSE_AT: moment, PAUSED: paused } = process.env;
const { writeFileSync } = fs;
let count = 0;

for (const name of ['mkdirSync', 'writeFileSync', 'renameSync', 'rmSync', 'rmdirSync']) {
  const change = fs[name];
  fs[name] = (...args) => {
    count += 1;
    if (count === Number(moment)) {
      writeFileSync(paused, '');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    }
    return change(...args);
  };
}
syncBuiltinESMExports();
