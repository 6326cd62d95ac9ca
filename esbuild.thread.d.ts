export declare const wasm: string;
export declare function bundleThread(wasmUrl: string): { readonly text: string; readonly inputs: readonly string[] };
