import type { Plan } from '../../plan/index.ts';
import { restoreCommands } from './run-steps.ts';
import { code, listed, rich, type Text } from './text.ts';

/** The sentences and headings that do not depend on what is migrated, but for the databases. */
export const wordingOf = (plan: Plan) =>
  ({
    title: ['Migration review'],
    lead: ['From Keystone 5 before its Arcade release to after it.'],
    warnings: ['Something in the lists is doubtful: see to it before all else.'],
    names: ['Names that Keystone asks for, and that are taken or too long:'],
    changes: ['What changes'],
    beforeAndAfter: ['before and after'],
    links: ['Links that could be lost'],
    linksExplained: rich`A two-sided relationship was stored twice, and the two can be out of step. ${code('preflight')} counts and names the links that only one side has. Those that only the side that stays has are kept; a pair that is there twice is kept once.${plan.mongo ? ON_MONGO : []}`,
    reconcile: rich`For links that only the side that goes has, ${code('--reconcile')} decides:`,
    refusals: rich`What ${code('migrate')} refuses`,
    refusalsExplained: rich`It looks for all of this before it changes anything, and ${code('preflight')} reports it beforehand.`,
    work: ['locks and time'],
    order: ['In the order of migrate'],
    run: ['How to run it'],
    runExplained: ['In the folder of this file:'],
    undo: ['How to take it back'],
    undoExplained: rich`Should ${code('rollback')} refuse, or not be enough: restore the backup into an empty database: ${listed(restoreCommands(plan).map(code))}`,
  }) satisfies Record<string, Text>;

const ON_MONGO =
  ' On MongoDB an array is removed only after a proof that each of its links is kept; ids of documents that are gone are no links, and are not carried over.';
