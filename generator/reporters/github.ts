import type { Diagnostic } from '../diagnostics.ts';
import { pathInRepository } from './path-in-repository.ts';

/**
 * A diagnostic as a workflow command of GitHub Actions, which shows it as an annotation in the pull request. The runner reads
 * commands from stderr too.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-error-message
 */
export function githubAnnotation({ code, severity, message, help, source }: Diagnostic, cwd: string): string {
  const properties = {
    file: pathInRepository(cwd, source.file),
    line: source.line,
    col: source.column,
    title: `arcade-migrate ${code}`,
  };
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${severity} ${written.join(',')}::${escapeData(`${message}\n${help}`)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
