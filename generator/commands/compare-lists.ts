import type { Diagnostic } from '../diagnostics.ts';
import type { Project } from '../reader/index.ts';
import { addListsFile, describeLists } from '../reader/lists-file.ts';
import type { ListDifference } from './results.ts';

/** The differences between the lists that were read and those that a file describes, and what is wrong with the file. */
export function compareLists(
  project: Project,
  file: string,
  cwd: string,
): { readonly differences: readonly ListDifference[]; readonly diagnostics: readonly Diagnostic[] } {
  const described = addListsFile({ lists: [], adapters: [], diagnostics: [] }, file, cwd);
  const [read, other] = [factsOf(project), factsOf(described)];
  const names = described.diagnostics.length > 0 ? [] : [...new Set([...read.keys(), ...other.keys()])];
  return {
    differences: names
      .map((name) => ({ name, read: read.get(name) ?? null, compared: other.get(name) ?? null }))
      .filter((each) => each.read !== each.compared),
    diagnostics: described.diagnostics,
  };
}

function factsOf(project: Project): ReadonlyMap<string, string> {
  const facts = describeLists(project).lists.flatMap(({ key, fields, ...list }) => [
    [key, JSON.stringify(list)] as const,
    ...fields.map(({ path, ...field }) => [`${key}.${path}`, JSON.stringify(field)] as const),
  ]);
  return new Map(facts);
}
