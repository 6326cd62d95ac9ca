export declare function bundleThread(): string;
