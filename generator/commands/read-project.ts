import { byCause } from '../causes.ts';
import type { Console } from '../command-line/console.ts';
import type { Settings } from '../command-line/settings.ts';
import { type Diagnostic, isUnresolved } from '../diagnostics.ts';
import type { Database, Plan, PlanOptions } from '../plan/index.ts';
import { planMigration } from '../plan/index.ts';
import { type Project, readLists } from '../reader/index.ts';
import { findRelationships } from '../relationships/index.ts';
import { changesIn } from '../versions/index.ts';
import { isPastArcade, prismaWarnings } from './past-arcade.ts';
import { readingProgress } from './reading-progress.ts';

/** What all commands that read lists need. */
export interface ReadProject {
  readonly project: Project;
  readonly plan: Plan;
  readonly planOptions: PlanOptions;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
  /** Whether Keystone 8 stores every relationship as old Keystone did, so that there is nothing to migrate. */
  readonly nothingChanges: boolean;
}

/** Reads the lists, pairs their relationships, and plans the migration. */
export function readProject(settings: Settings, { note }: Console): ReadProject {
  const { cwd, env, list, lists, run, allowUnresolved } = settings;
  const { end, ...callbacks } = readingProgress(settings.quiet || settings.json);
  const read = readLists(settings.entries, { cwd, env, lists: list, listsFile: lists, run, ...callbacks });
  end();
  const causes = byCause(read.diagnostics);
  const project = {
    ...read,
    diagnostics: [
      ...(settings.warnings ?? []),
      ...(allowUnresolved ? causes.map(asWarning) : causes),
      ...prismaWarnings(read),
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
  // Names that clash in Keystone would be reported a second time as names of the database.
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

/** With --allow-unresolved, what is unknown is a warning. What is wrong is still an error. */
const asWarning = (diagnostic: Diagnostic): Diagnostic =>
  isUnresolved(diagnostic) ? { ...diagnostic, severity: 'warning' } : diagnostic;

/** The databases that the user names, or else those of the adapters, or else both. None if the schema is new already. */
function chooseDatabases({ database }: Settings, project: Project, note: Console['note']): Database[] {
  if (isPastArcade(project)) return [];
  const { adapters, lists } = project;
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
