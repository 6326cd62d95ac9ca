import type { Location, Log, ReportingDescriptor, Result } from 'sarif';
import { version } from '../command-line/version.ts';
import { codes, type Diagnostic, type DiagnosticCode, isUnresolved, type Source } from '../diagnostics.ts';
import { pathInRepository } from './path-in-repository.ts';

const rules = Object.keys(codes) as DiagnosticCode[];

/**
 * Diagnostics as a SARIF 2.1.0 log, for code scanning and editors.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export const sarifLog = (diagnostics: readonly Diagnostic[], cwd: string): Log => ({
  $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'arcade-migrate', semanticVersion: version(), rules: rules.map(ruleOf) } },
      columnKind: 'utf16CodeUnits',
      results: diagnostics.map((diagnostic) => resultOf(diagnostic, cwd)),
    },
  ],
});

const ruleOf = (code: DiagnosticCode): ReportingDescriptor => ({
  id: code,
  shortDescription: { text: codes[code] },
  help: { text: helpOf(code) },
});

function helpOf(code: DiagnosticCode): string {
  if (code.startsWith('AM4')) return 'Generate the scripts again, or restore them from version control.';
  return isUnresolved({ code })
    ? 'Write it so that it can be read, or resolve it with --env or --list. --allow-unresolved continues anyway.'
    : 'Correct the lists.';
}

function resultOf(diagnostic: Diagnostic, cwd: string): Result {
  const { code, severity, message, help, source, affected = [] } = diagnostic;
  return {
    ruleId: code,
    ruleIndex: rules.indexOf(code),
    level: severity,
    message: { text: `${message} ${help}` },
    locations: [locationOf(source, cwd)],
    ...(affected.length > 0 && {
      relatedLocations: affected.map((each) => ({
        ...locationOf(each, cwd),
        message: { text: each.about === null ? each.code : `${each.code} ${each.about}` },
      })),
    }),
  };
}

const locationOf = ({ file, line, column }: Source, cwd: string): Location => ({
  physicalLocation: {
    artifactLocation: { uri: uriOf(pathInRepository(cwd, file)) },
    region: { startLine: line, startColumn: column },
  },
});

/** A path as a relative URI. */
const uriOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
