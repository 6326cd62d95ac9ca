import type { Diagnostic } from '../diagnostics.ts';

/** Diagnostics as every command prints them with --json. */
export const diagnosticsJson = (diagnostics: readonly Diagnostic[]): unknown[] =>
  diagnostics.map(({ code, severity, message, help, source }) => ({
    code,
    severity,
    message,
    help,
    ...source,
  }));
