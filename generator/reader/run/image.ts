import { readFile } from 'node:fs/promises';
import { CompileFlags, QuickJS } from 'quickjs-wasi';

/** The global variable with the exports of the guest, which deletes it when a run begins. */
export const guestName = '$guest';

/** Wraps a CommonJS module so that the value of the code is what it exports. */
export function moduleText(code: string): string {
  return `(() => { const module = { exports: {} }; ((module, exports, require) => {${code}
})(module, module.exports, () => {}); return module.exports; })()`;
}

/**
 * The memory of an engine that has loaded the guest, as an image that engines can start with.
 *
 * @param wasm the path or URL of the engine
 * @param guest the text of the guest, a CommonJS module
 */
export async function makeImage(wasm: string | URL, guest: string): Promise<Uint8Array> {
  const vm = await QuickJS.create({
    wasm: await readFile(wasm),
    timezoneOffset: 0,
    // The same guest gives the same image.
    wasi: () => ({ clock_time_get: () => 0, random_get: () => 0 }),
  });
  const { STRIP_SOURCE, STRIP_DEBUG } = CompileFlags;
  const text = `globalThis.${guestName} = ${moduleText(guest)}`;
  vm.evalBytecode(vm.compile(text, 'guest', 0, STRIP_SOURCE | STRIP_DEBUG));
  return QuickJS.serializeSnapshot(vm.snapshot());
}
