import type { Check, Links } from '../plan/postgres/index.ts';
import { quoteIdentifier } from './quote-sql.ts';

/** How a check is put to the reader of a report. */
export interface CheckText {
  /** What was looked for. */
  readonly title: string;
  /** What the result is called where something was found; a check that only counts has it always. */
  readonly finding: string;
}

/** Puts a check into words. */
export function textOf(check: Check): CheckText {
  switch (check.kind) {
    case 'count':
      return { title: `links in ${linksName(check.links)}`, finding: 'info' };
    case 'both':
      return { title: 'links on both sides', finding: 'info' };
    case 'only-going':
      return { title: `links only in ${linksName(check.going)}, which is dropped`, finding: check.outcome };
    case 'only-staying':
      return { title: `links only in ${linksName(check.staying)}, which stays`, finding: 'kept' };
    case 'contradictory': {
      const { nearList, farList } = check.going;
      const [item, others] = check.end === 'near' ? [nearList, farList] : [farList, nearList];
      return {
        title: `${item} rows with more than one ${others}, both sides taken together`,
        finding: check.blocking ? 'FAIL' : 'no merge',
      };
    }
    case 'dependents':
      return {
        title: `what depends on ${placeName(check.table, check.column)}, which is dropped`,
        finding: 'FAIL',
      };
    case 'attached':
      return {
        title: `what goes with ${placeName(check.table, check.column)} and rollback does not bring back`,
        finding: 'lost',
      };
    case 'mentions':
      return {
        title: `what may use ${placeName(check.table, check.column)} by its name`,
        finding: 'look at',
      };
    case 'dangling':
      return {
        title: `links in ${linksName(check.links)} to rows that are gone`,
        finding: check.blocking ? 'FAIL' : 'left',
      };
    case 'repeated':
      return {
        title: `pairs that are more than once in ${linksName(check.links)}`,
        finding: check.blocking ? 'FAIL' : 'made one',
      };
    case 'undeletable':
      return {
        title: `repeated pairs in ${linksName(check.links)} of which none can be deleted`,
        finding: 'FAIL',
      };
    case 'shared':
      return {
        title: `${check.links.nearList} rows with more than one ${check.links.farList} in ${linksName(check.links)}, one-to-one`,
        finding: 'FAIL',
      };
    case 'unlinked':
      return {
        title: `${check.links.nearList} rows without a link, whose column must be NOT NULL`,
        finding: 'FAIL',
      };
    case 'no-place':
      return {
        title: `links in ${linksName(check.links)}, which the old schema has no place for`,
        finding: 'FAIL',
      };
  }
}

const placeName = (table: string, column: string | null): string =>
  [table, ...(column === null ? [] : [column])].map(quoteIdentifier).join('.');

function linksName({ table, near, far }: Links): string {
  if (near !== 'id' && far !== 'id') return placeName(table, null);
  return placeName(table, near === 'id' ? far : near);
}
