import type { Diagnostic } from '../diagnostics.ts';
import type { DiagnosticResult } from './results.ts';

/** Diagnostics as every command prints them with --json. */
export const diagnosticsJson = (diagnostics: readonly Diagnostic[]): DiagnosticResult[] =>
  diagnostics.map(({ code, severity, message, help, source }) => ({
    code,
    severity,
    message,
    help,
    ...source,
  }));
