import path from 'node:path';
import type { Diagnostic, DiagnosticCode, Source } from '../../diagnostics.ts';
import type { Machine } from '../machine.ts';
import { displayName } from '../place.ts';
import type { Project, SecondReading } from '../project.ts';
import { differences } from './compare.ts';
import { runInEngine } from './engine.ts';
import type { Call, Findings } from './findings.ts';
import type { World } from './guest/request.ts';

/** What the second reading needs from the first. */
type First = Pick<Machine, 'cwd' | 'env' | 'entryFiles' | 'modules'>;

/** The project without a second reading. */
export const skipRun = (project: Project): Project =>
  withOutcome(project, 'skipped', 'The run was left out.', null);

/**
 * Reads the lists a second time, by running the entry files in an isolated engine, and compares.
 *
 * @param project what the first reading found
 * @param byHand the files of the lists that the user gives, by key
 * @returns the project with the outcome. If the run settles what the first reading could not follow, it has the lists of
 *   the run. If the readings differ, it has one more error
 */
export function readAgain(project: Project, first: First, byHand: Readonly<Record<string, string>>): Project {
  if (first.entryFiles.size === 0) return project;
  const undecided = (reason: string, help: string | null) =>
    withOutcome(project, 'not-confirmed', reason, help);
  const errors = project.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some(({ reason }) => reason !== 'limit'))
    return undecided('The errors are about what no run can tell.', null);
  const run = runner(first, byHand);
  const plain = run('plain');
  // Code may need variables of the environment.
  const lacksVariables =
    plain?.stop?.kind === 'exception' && plain.outside.some(({ kind }) => kind === 'variable');
  const found = lacksVariables ? (run('set') ?? plain) : plain;
  if (found === null || plain === null || plain.stop?.kind === 'limit')
    return undecided('The run takes too long.', entryHelp);
  if (found.stop !== null) {
    const { call, message } = plain.stop ?? found.stop;
    const at = call === null ? '' : ` at ${textOf(sourceOf(first, call))}`;
    return undecided(`The run ended${at}: ${message}.`, helpFor(plain) ?? entryHelp);
  }
  if (found.lists.length === 0) return undecided('The run creates no list.', entryHelp);
  const differing = differences(project.lists, found.lists);
  if (errors.length === 0 && differing.length === 0) return confirmed(project);
  const why = lacksVariables ? dependsOn(found) : whyUndecided(found, run);
  if (why !== null) return undecided(why, helpFor(found));
  const missed = errors.find(({ code, source }) => code === 'AM1025' && !createsListAt(first, found, source));
  if (missed !== undefined)
    return undecided(`The run does not come to ${textOf(missed.source)} either.`, null);
  return errors.length === 0 ? different(project, first, found, differing) : settled(project, first, found);
}

const entryHelp = 'Name an entry file that only defines the lists.';

function withOutcome(
  project: Project,
  outcome: SecondReading['outcome'],
  reason: string | null = null,
  help: string | null = null,
): Project {
  return { ...project, secondReading: { outcome, reason, help } };
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

/** Why a run cannot decide: something outside the source does. Null if nothing does. */
function whyUndecided(plain: Findings, run: (world: World) => Findings | null): string | null {
  let { doubt } = plain;
  if (doubt === null && plain.outside.length > 0) {
    const rich = run('rich');
    if (rich === null || rich.stop !== null || differences(plain.lists, rich.lists).length > 0)
      return dependsOn(plain);
    doubt = rich.doubt;
  }
  return doubt === null ? null : `${doubt.charAt(0).toUpperCase()}${doubt.slice(1)}.`;
}

function dependsOn({ outside }: Findings): string {
  const names = outside.map(({ kind, name }) => (kind === 'variable' ? `process.env.${name}` : name));
  const others = names.length > 4 ? ' or others' : '';
  return `What the lists are may depend on ${names.slice(0, 4).join(', ')}${others}.`;
}

function helpFor({ outside }: Findings): string | null {
  const variables = outside.filter(({ kind }) => kind === 'variable');
  if (variables.length > 0) {
    return `Say what they are where the app runs: ${variables.map(({ name }) => `--env ${name}=<value>`).join(' ')}.`;
  }
  const file = outside.find(({ kind }) => kind === 'file');
  return file === undefined ? null : `Put the file '${file.name}' in its place.`;
}

const sourceOf = ({ cwd }: First, { file, ...place }: Call): Source => ({
  file: displayName(cwd, file),
  ...place,
});

function startOf({ cwd, entryFiles }: First): Source {
  const [entry = ''] = entryFiles;
  return { file: displayName(cwd, entry), line: 1, column: 1 };
}

const textOf = ({ file, line, column }: Source): string => `${file}:${line}:${column}`;

/** Whether a run created a list there. Columns in compiled code are different. */
const createsListAt = (first: First, { lists }: Findings, { file, line }: Source): boolean =>
  lists.some(({ call }) => call?.line === line && sourceOf(first, call).file === file);

/** What a run found, with places: those of the first reading, else those of the calls. */
function placed(project: Project, first: First, found: Findings): Pick<Project, 'lists' | 'adapters'> {
  const start = startOf(first);
  const lists = found.lists.map(({ call, ...list }) => {
    const known = project.lists.find(({ key }) => key === list.key);
    const source = known?.source ?? (call === null ? start : sourceOf(first, call));
    const relationships = list.relationships.map((field) => {
      const same = known?.relationships.find(({ path }) => path === field.path);
      return { ...field, source: same?.source ?? source };
    });
    return { ...list, relationships, source };
  });
  const adapters = found.adapters.map((adapter) => {
    const same = project.adapters.find(
      ({ name, database }) => name === adapter.name && database === adapter.database,
    );
    return { ...adapter, source: same?.source ?? start };
  });
  // Keystone 8 knows a list by its key.
  return { lists: [...new Map(lists.map((list) => [list.key, list])).values()], adapters };
}

/** The project with an error that shows the answers of both readings. */
function different(project: Project, first: First, found: Findings, differing: readonly string[]): Project {
  const others = differing.length > 5 ? `; and ${differing.length - 5} more` : '';
  const message = `The two readings differ: ${differing.slice(0, 5).join('; ')}${others}.`;
  const help =
    'One of them is wrong, so please report it. If the first reading is right, --no-run leaves out the run.';
  const lists = [...project.lists, ...placed(project, first, found).lists];
  const about = lists.find(({ key }) => differing[0]?.split(/[. ]/)[0] === key) ?? lists[0];
  const source = about?.source ?? startOf(first);
  const diagnostic: Diagnostic = { code: 'AM1024', severity: 'error', message, help, source };
  const read = { ...project, diagnostics: [...project.diagnostics, diagnostic] };
  return withOutcome(read, 'different', message, help);
}

/** What these warnings doubt is whether all lists were read. */
const doubtful: readonly DiagnosticCode[] = ['AM1012', 'AM1023'];

/** The project without the doubts that the run answers. */
function confirmed(project: Project): Project {
  const isAnswered = ({ code, reason }: Diagnostic) => reason === 'limit' && doubtful.includes(code);
  const diagnostics = project.diagnostics.filter((each) => !isAnswered(each));
  return withOutcome({ ...project, diagnostics }, 'confirmed');
}

/**
 * The project with the lists that the run found, and without the diagnostics about what the first reading could not follow.
 * A call of createList that nothing runs is still worth a warning.
 */
function settled(project: Project, first: First, found: Findings): Project {
  const isUncalled = ({ code, severity }: Diagnostic) => code === 'AM1025' && severity === 'warning';
  const diagnostics = project.diagnostics.filter((each) => each.reason !== 'limit' || isUncalled(each));
  return withOutcome({ ...placed(project, first, found), diagnostics }, 'settled');
}
