import { byCause } from '../causes.ts';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { type Diagnostic, isUnresolved } from '../diagnostics.ts';
import type { Database, Plan, PlanOptions } from '../plan/index.ts';
import { planMigration } from '../plan/index.ts';
import { type Adapter, type Project, readLists } from '../reader/index.ts';
import { findRelationships } from '../relationships/index.ts';
import { changesIn } from '../versions/index.ts';
import { readingProgress } from './reading-progress.ts';

/** What the list files say, as far as the commands have it in common. */
export interface ReadProject {
  readonly project: Project;
  /** For all relationships of the lists. */
  readonly plan: Plan;
  readonly planOptions: PlanOptions;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
  /** Whether Keystone 8 stores every relationship as old Keystone did, so that there is nothing to migrate. */
  readonly nothingChanges: boolean;
}

/** Reads the lists, finds their relationships, and plans their migration. */
export function readProject(settings: Settings, { note }: Console): ReadProject {
  const { cwd, env, list, lists, run, allowUnresolved } = settings;
  const { progress, end } = readingProgress(settings.quiet || settings.json);
  const read = readLists(settings.entries, { cwd, env, lists: list, listsFile: lists, run, progress });
  end();
  const warnings = read.adapters.filter(({ database }) => database === 'prisma').map(pastArcade);
  const causes = byCause(read.diagnostics);
  const project = {
    ...read,
    diagnostics: [
      ...(settings.warnings ?? []),
      ...(allowUnresolved ? causes.map(asWarning) : causes),
      ...warnings,
    ],
  };
  const found = findRelationships(project, settings);
  const planOptions: PlanOptions = {
    databases: chooseDatabases(settings, project, note),
    schemaName: settings.schemaName,
    lockTimeout: settings.lockTimeout,
    sideOrder: settings.sideOrder,
    locale: settings.locale,
    reconcile: settings.reconcile,
  };
  const planned = planMigration(project, found.relationships, planOptions);
  // Names that clash already as Keystone has them need not be said again as a database cuts them.
  const diagnostics = [
    ...project.diagnostics,
    ...(found.diagnostics.length > 0 ? found.diagnostics : planned.diagnostics),
  ];
  const hasErrors = diagnostics.some(({ severity }) => severity === 'error');
  return {
    project,
    plan: planned.plan,
    planOptions,
    diagnostics,
    hasErrors,
    nothingChanges: !hasErrors && changesIn(planned.plan).size === 0,
  };
}

const pastArcade = ({ source }: Adapter): Diagnostic => ({
  code: 'AM3003',
  severity: 'warning',
  message:
    'The lists are on a PrismaAdapter, which came after Arcade: their database has the new schema already.',
  help: 'There is nothing to migrate. To read lists as they were before, take the sources of that time.',
  source,
});

/** What is unknown, as the user who allows it has it; what is wrong stays an error. */
const asWarning = (diagnostic: Diagnostic): Diagnostic =>
  isUnresolved(diagnostic) ? { ...diagnostic, severity: 'warning' } : diagnostic;

/** As the user says, else as the adapters of the project say, else both. */
function chooseDatabases(
  { database }: Settings,
  { adapters, lists }: Project,
  note: Console['note'],
): Database[] {
  if (database === 'both') return ['postgres', 'mongo'];
  if (database) return [database];
  const known: readonly Database[] = ['postgres', 'mongo'];
  const detected = known.filter((candidate) => adapters.some((adapter) => adapter.database === candidate));
  if (detected.length > 0) return detected;
  if (lists.length > 0) {
    note(
      'No KnexAdapter or MongooseAdapter was found, so both databases are assumed: --database says which.',
    );
  }
  return [...known];
}
