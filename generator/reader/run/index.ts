import path from 'node:path';
import type { Diagnostic, Source } from '../../diagnostics.ts';
import type { Machine } from '../machine.ts';
import { displayName } from '../place.ts';
import type { Adapter, List, Project, SecondReading } from '../project.ts';
import { differences } from './compare.ts';
import { runInEngine } from './engine.ts';
import type { Call, Findings, FoundList } from './findings.ts';
import type { World } from './guest/request.ts';

/** What the second reading needs of the first. */
type First = Pick<Machine, 'cwd' | 'env' | 'entryFiles' | 'modules'>;

/** The project without a second reading, which says so. */
export function skipRun(project: Project): Project {
  return { ...project, secondReading: { outcome: 'skipped', reason: 'The run was left out.', help: null } };
}

/**
 * Reads the lists a second time, by running the entry files in an isolated engine, and compares.
 *
 * @param project what the first reading found
 * @param byHand the files of the lists that the user gives, by key
 * @returns the project with the outcome. Where the run settles what the first reading could not follow, its lists are
 *   those of the run; where the two differ, there is an error more
 */
export function readAgain(project: Project, first: First, byHand: Readonly<Record<string, string>>): Project {
  if (first.entryFiles.size === 0) return project;
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error');
  const standing = errors.find(({ reason }) => reason !== 'limit');
  if (standing !== undefined) {
    return withOutcome(project, 'The errors are about what no run can tell.', null);
  }
  const run = runner(first, byHand);
  const plain = run('plain');
  // Code that needs variables of the environment may end without them.
  const lacksVariables =
    plain?.stop?.kind === 'exception' && plain.outside.some(({ kind }) => kind === 'variable');
  const found = lacksVariables ? (run('set') ?? plain) : plain;
  if (found === null) return withOutcome(project, 'The run takes too long.', entryHelp);
  if (found.stop !== null) return stopped(project, first, plain ?? found);
  if (found.lists.length === 0) return withOutcome(project, 'The run creates no list.', entryHelp);
  const differing = differences(project.lists, found.lists);
  if (errors.length === 0 && differing.length === 0)
    return { ...project, secondReading: agreed('confirmed') };
  const why = lacksVariables ? dependsOn(found) : whyUndecided(found, run);
  if (why !== null) return withOutcome(project, why, helpFor(found));
  const missed = errors.find((each) => each.code === 'AM1025' && !callsAt(found, first, each.source));
  if (missed !== undefined) {
    return withOutcome(project, `The run does not come to ${textOf(missed.source)} either.`, null);
  }
  return errors.length === 0 ? different(project, first, found, differing) : settled(project, first, found);
}

const entryHelp = 'Name an entry file that only defines the lists.';

const agreed = (outcome: 'confirmed' | 'settled'): SecondReading => ({ outcome, reason: null, help: null });

function withOutcome(project: Project, reason: string, help: string | null): Project {
  return { ...project, secondReading: { outcome: 'not-confirmed', reason, help } };
}

/** Runs the files in a world of the given kind. */
function runner(first: First, byHand: Readonly<Record<string, string>>): (world: World) => Findings | null {
  const { cwd, env, entryFiles, modules } = first;
  const { resolver } = modules;
  const lists = Object.entries(byHand).flatMap(([key, name]) => {
    const resolution = resolver.resolve(path.resolve(cwd, name), path.join(cwd, 'index.js'));
    return resolution.kind === 'file' ? [[key, resolution.path] as const] : [];
  });
  const request = { cwd, env, entries: [...entryFiles], lists };
  return (world) => runInEngine({ world, ...request }, resolver.known);
}

/** Why a run cannot decide: something from outside of the source does. Null where nothing does. */
function whyUndecided(plain: Findings, run: (world: World) => Findings | null): string | null {
  if (plain.doubt !== null) return sentence(plain.doubt);
  if (plain.outside.length === 0) return null;
  const rich = run('rich');
  const isSame = rich !== null && rich.stop === null && differences(plain.lists, rich.lists).length === 0;
  if (isSame) return rich.doubt === null ? null : sentence(rich.doubt);
  return dependsOn(plain);
}

const dependsOn = (findings: Findings): string => `What the lists are may depend on ${names(findings)}.`;

const sentence = (clause: string): string => `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;

function names({ outside }: Findings): string {
  const shown = outside
    .slice(0, 4)
    .map(({ kind, name }) => (kind === 'variable' ? `process.env.${name}` : name));
  return `${shown.join(', ')}${outside.length > shown.length ? ' or others' : ''}`;
}

function helpFor({ outside }: Findings): string | null {
  const variables = outside.filter(({ kind }) => kind === 'variable');
  if (variables.length > 0) {
    return `Say what they are where the app runs: ${variables.map(({ name }) => `--env ${name}=<value>`).join(' ')}.`;
  }
  const file = outside.find(({ kind }) => kind === 'file');
  return file === undefined ? null : `Put the file '${file.name}' in its place.`;
}

function stopped(project: Project, first: First, findings: Findings): Project {
  const { stop } = findings;
  if (stop === null || stop.kind === 'limit')
    return withOutcome(project, 'The run takes too long.', entryHelp);
  const at = stop.call === null ? '' : ` at ${textOf(sourceOf(first, stop.call))}`;
  return withOutcome(project, `The run ended${at}: ${stop.message}.`, helpFor(findings) ?? entryHelp);
}

function sourceOf({ cwd }: First, { file, line, column }: Call): Source {
  return { file: displayName(cwd, file), line, column };
}

/** Whether a run created a list there; the columns of what was compiled are others. */
const callsAt = ({ lists }: Findings, first: First, { file, line }: Source): boolean =>
  lists.some(({ call }) => call !== null && displayName(first.cwd, call.file) === file && call.line === line);

const textOf = ({ file, line, column }: Source): string => `${file}:${line}:${column}`;

/** The error that two readings differ, which shows both answers. */
function different(
  project: Project,
  first: First,
  { lists }: Findings,
  differing: readonly string[],
): Project {
  const shown = differing.slice(0, 5).join('; ');
  const others = differing.length > 5 ? `; and ${differing.length - 5} more` : '';
  const key = /^[^. ]*/.exec(differing[0] ?? '')?.[0];
  const call = lists.find((list) => list.key === key)?.call ?? lists[0]?.call;
  const [entry = ''] = first.entryFiles;
  const diagnostic: Diagnostic = {
    code: 'AM1024',
    severity: 'error',
    message: `The two readings differ: ${shown}${others}.`,
    help: 'One of them is wrong, so please report it. If the first reading is right, --no-run leaves out the run.',
    source:
      project.lists.find((list) => list.key === key)?.source ??
      sourceOf(first, call ?? { file: entry, line: 1, column: 1 }),
  };
  return {
    ...project,
    diagnostics: [...project.diagnostics, diagnostic],
    secondReading: { outcome: 'different', reason: diagnostic.message, help: diagnostic.help },
  };
}

/** The lists that the run found, in the place of those that the first reading could not follow to their end. */
function settled(project: Project, first: First, { lists, adapters }: Findings): Project {
  const [entry = ''] = first.entryFiles;
  const place: Source = { file: displayName(first.cwd, entry), line: 1, column: 1 };
  const known = new Map(project.lists.map((list) => [list.key, list]));
  const byKey = new Map(lists.map((list) => [list.key, list]));
  return {
    lists: [...byKey.values()].map((list) => listOf(list, known.get(list.key), first, place)),
    adapters: adapters.map((adapter): Adapter => {
      const same = project.adapters.find(
        ({ name, database }) => name === adapter.name && database === adapter.database,
      );
      return { ...adapter, source: same?.source ?? place };
    }),
    diagnostics: project.diagnostics.filter(({ severity }) => severity !== 'error'),
    secondReading: agreed('settled'),
  };
}

function listOf({ call, ...found }: FoundList, known: List | undefined, first: First, entry: Source): List {
  const source = known?.source ?? (call === null ? entry : sourceOf(first, call));
  const relationships = found.relationships.map((field) => {
    const same = known?.relationships.find(({ path }) => path === field.path);
    return { ...field, source: same?.source ?? source };
  });
  return { ...found, relationships, source };
}
