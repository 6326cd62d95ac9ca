import type { Plan, Reconcile } from '../plan/index.ts';
import { locksOf } from '../plan/postgres/index.ts';
import { type Relationship, relationshipName } from '../relationships/index.ts';
import { places } from './places.ts';
import { explainSideOrder, sideOrderNotes } from './side-order.ts';
import type { Templates } from './template-files.ts';
import { makeRenderer } from './templates.ts';
import { titleIn } from './titles.ts';

/** What happens to links that only the side that goes has, as a sentence for the reviewer. */
const RECONCILE: Readonly<Record<Reconcile, string>> = {
  abort: '`migrate` refuses, changes nothing, and names them (`--reconcile abort`).',
  merge:
    '`migrate` adds them to the side that stays, or refuses, changing nothing, where the sides contradict each other (`--reconcile merge`).',
  discard: '`migrate` **gives them up** (`--reconcile discard`).',
};

/** REVIEW.md: what a reviewer of the version reads first. */
export function renderReview(plan: Plan, templates: Templates): string {
  const { postgres, mongo, relationships } = plan;
  const render = makeRenderer(templates, {});
  return render('review/review', {
    relationships,
    postgres: postgres !== null,
    mongo: mongo !== null,
    schemaName: postgres?.schemaName ?? '',
    locks:
      (postgres ? locksOf(postgres, 'locks') : []).map((table) => `\`${table}\``).join(', ') || 'no table',
    warnings: plan.warnings.map(({ message, source }) => `${places([source])}: ${message}`),
    notes: postgres?.notes ?? [],
    reconcile: RECONCILE[plan.reconcile],
    backup: [postgres && '`pg_dump -Fc`', mongo && '`mongodump`'].filter(Boolean).join(' and '),
    sideOrderExplained: explainSideOrder(plan),
    sideOrderNotes: sideOrderNotes(plan),
    rows: relationships.map((relationship) => ({
      name: relationshipName(relationship),
      cardinality: relationship.cardinality,
      declared: declaredAt(relationship),
      postgres: titleIn(postgres?.steps, relationship),
      mongo: titleIn(mongo?.steps, relationship),
    })),
  });
}

const declaredAt = ({ left, right }: Relationship): string =>
  places(right ? [left.source, right.source] : [left.source]);
