/** The part of the global WebAssembly that is used: the types of Node 20 do not have it. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  function compile(bytes: Uint8Array): Promise<Module>;
}

type BufferSource = Uint8Array;
