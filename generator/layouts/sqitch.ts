import { nextNumber } from './number.ts';

const TIME = /^[^#]*?\s(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)\s/;

/** sqitch.plan: a line for each change, in the order of deployment: its name, when it was planned, and by whom. */
export const sqitchPlan = {
  path: 'sqitch.plan',
  madeBy: 'sqitch init',
  has: (plan: string, name: string): boolean =>
    plan.split('\n').some((line) => /^\s*\+?\s*([^\s%@#-]\S*)/.exec(line)?.[1] === name),
  add: (plan: string, name: string): string =>
    `${startOfLine(plan)}${name} ${timeAfter(plan)} arcade-migrate <arcade-migrate@localhost> # Keystone 5, from before its Arcade release to after it\n`,
};

/** The plan up to the new line. A blank line must separate the pragmas from the first change. */
function startOfLine(plan: string): string {
  const whole = plan.endsWith('\n') ? plan : `${plan}\n`;
  const hasPragmasOnly = whole.split('\n').every((line) => /^\s*([%#]|$)/.test(line));
  return hasPragmasOnly && !whole.endsWith('\n\n') ? `${whole}\n` : whole;
}

/** One second after the last time in the plan: the output does not depend on the clock. */
function timeAfter(plan: string): string {
  const times = plan.split('\n').flatMap((line) => TIME.exec(line)?.[1]?.replaceAll(/\D/g, '') ?? []);
  return nextNumber(times, '20200401000000').replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6Z');
}
