// Loaded before the program with --import. At the file change with a given number it writes a marker file and pauses.
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
