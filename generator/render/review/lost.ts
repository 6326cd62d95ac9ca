import { type Reconcile, setsAside } from '../../plan/reconcile.ts';
import type { Section } from './section.ts';
import { code, listed, rich, strong, type Text } from './text.ts';

const GIVEN_UP = code('arcade_given_up');

/** What migrate does with links stored only on the dropped side. */
const MODES: Readonly<Record<Reconcile, Text>> = {
  abort: ['refuses, changes nothing, and names them.'],
  merge: [
    'adds them to the kept side. Where the two sides contradict each other, it refuses and changes nothing.',
  ],
  resolve: rich`adds them to the kept side where there is room, lowest id first, and sets the others aside in ${GIVEN_UP}. Where the kept side holds a one-to-one link twice, it keeps the pair that both sides agree on, or else the one with the lowest id.`,
  discard: rich`leaves the kept side as it is and sets them aside in ${GIVEN_UP}. A one-to-one link held twice is settled as with ${code('resolve')}.`,
};

/** What can be lost, and what each `--reconcile` does about it. */
export function lostOf(sections: readonly Section[], reconcile: Reconcile) {
  const others = distinct(sections.flatMap(({ lost }) => lost));
  if (sections.every(({ plan }) => plan.steps.every(({ dropped }) => dropped === null))) {
    return { explained: ['No links: every side is kept.'], modes: [], more: others };
  }
  const drops = [...new Set(sections.map(({ dropGivenUp }) => dropGivenUp))].map(code);
  return {
    explained: rich`Old Keystone stored both sides of a relationship (${code('<->')}), and the two can be out of step. ${code('preflight')} counts and names the links stored only on the dropped side. ${code('--reconcile')} decides what ${code('migrate')} does with them:`,
    modes: Object.entries(MODES).map(([mode, what]) => ({
      mode: mode === reconcile ? rich`${code(mode)}, ${strong('used here')}` : [code(mode)],
      what,
    })),
    more: [
      rich`To choose another mode, rewrite this version with ${code('generate --reconcile <mode> --replace')}.`,
      ...(setsAside(reconcile)
        ? [
            rich`${code('rollback')} puts the links in ${GIVEN_UP} back where they were. When nobody needs them any more, drop them: ${listed(drops)}.`,
          ]
        : []),
      ...others,
    ],
  };
}

/** Several adapters for one database say the same. */
const distinct = (texts: readonly Text[]): Text[] => [
  ...new Map(texts.map((text) => [JSON.stringify(text), text])).values(),
];
