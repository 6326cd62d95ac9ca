import { type Affected, type Diagnostic, type DiagnosticCode, isUnresolved } from './diagnostics.ts';

/** What is unknown, by code. The name of a field or list follows, or a number of them. */
const parts: Partial<Record<DiagnosticCode, readonly [one: string, many: string]>> = {
  AM1003: ['the type of', 'the types of'],
  AM1004: ['the ref of', 'the refs of'],
  AM1005: ['the option many of', 'the option many of'],
  AM1006: ['the fields of', 'the fields of'],
  AM1007: ['the key of a list that is created in', 'the keys of lists that are created in'],
  AM1008: ['the config of', 'the configs of'],
  AM1009: ['the condition for creating', 'the conditions for creating'],
  AM1011: ['the plugins of', 'the plugins of'],
  AM1016: ['the condition for', 'the conditions for'],
  AM1017: ['an option of', 'options of'],
  AM1018: ['the schema of the Knex adapter in', 'the schema of the Knex adapter in'],
  AM1019: ['the blocks of', 'the blocks of'],
  AM1020: ['what unread code does with part of a list in', 'what unread code does with parts of lists in'],
  AM1021: ['the name of the list that is made by', 'the names of the lists that are made by'],
  AM1022: ['the file that is imported in', 'the files that are imported in'],
};

const byList = '--list <Key>=<file>';
const mostLists = 3;

/**
 * Merges the diagnostics that have one cause: the place where something became unknown, with everything that it affects. Leaves
 * other diagnostics as they are.
 */
export function byCause(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<unknown, Diagnostic[]>();
  for (const each of diagnostics) {
    const { file, line, column } = each.root ?? each.source;
    const key = isUnresolved(each) ? `${file}:${line}:${column}` : each;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].map(merge);
}

function merge(group: readonly Diagnostic[]): Diagnostic {
  const errors = group.filter(({ severity }) => severity === 'error');
  const worst = errors.length > 0 ? errors : group;
  const [first] = worst;
  const cause = worst.find(({ root }) => root !== undefined)?.root;
  if (first === undefined) throw new Error('a group has a diagnostic');
  const lists = [...new Set(worst.flatMap(({ about }) => (about === undefined ? [] : listOf(about))))];
  const helps = worst.map(({ help, root: { cure } = {} }) =>
    cure === undefined ? help : help.replace(` ${cure}`, ''),
  );
  const cures = worst.flatMap(({ root }) => root?.cure ?? []);
  const help = [...new Set([withLists(cureOf([...new Set(helps)]), lists), ...cures])].join(' ');
  const { about: _, root: __, ...told } = first;
  if (worst.length === 1 || cause === undefined) return { ...told, help };
  const { reason, ...source } = cause;
  const affected = worst.map(({ code, about = null, source: at }): Affected => ({ code, about, ...at }));
  return {
    ...told,
    message: `${capitalised(reason)}. This leaves unknown ${summary(affected)}.`,
    help,
    source,
    affected,
  };
}

/** The first word in upper case, unless it is a name such as process.env. */
const capitalised = (clause: string): string =>
  clause.replace(/^[a-z](?=[a-z]* )/, (letter) => letter.toUpperCase());

const listOf = (about: string): string => about.split('.')[0] ?? about;

/** One cure instead of several. A list that is given by hand resolves everything that is unknown about it. */
const cureOf = (helps: readonly string[]): string =>
  helps.length > 1 && helps.some((help) => help.includes(byList))
    ? `Write it so that it can be read without running it, or name files that export the configs of the lists: ${byList}.`
    : helps.join(' ');

/** Puts the names of the lists into the cure. */
function withLists(help: string, lists: readonly string[]): string {
  if (lists.length === 0) return help;
  const options = lists.slice(0, mostLists).map((key) => byList.replace('<Key>', key));
  const others = lists.length > mostLists ? ' (and so on for each list)' : '';
  return help.replaceAll(byList, options.join(' ') + others);
}

/** `the types of 593 fields in 41 lists, such as User.name, Ticket.status; the config of Page` */
function summary(affected: readonly Affected[]): string {
  const codes = [...new Set(affected.map(({ code }) => code))];
  return codes
    .map((code) =>
      partOf(
        code,
        affected.filter((each) => each.code === code),
      ),
    )
    .join('; ');
}

function partOf(code: DiagnosticCode, affected: readonly Affected[]): string {
  const [one, many] = parts[code] ?? ['what is done in', 'what is done in'];
  const names = [...new Set(affected.flatMap(({ about }) => about ?? []))];
  const [name] = names;
  if (name === undefined) {
    return affected.length === 1 ? `${one} one place` : `${many} ${affected.length} places`;
  }
  if (names.length === 1) return `${one} ${name}`;
  if (names.length === 2) return `${many} ${names.join(' and ')}`;
  const lists = [...new Set(names.map(listOf))];
  const fields = name.includes('.') ? `${names.length} fields in ` : '';
  const counted = `${fields}${lists.length} ${lists.length === 1 ? 'list' : 'lists'}`;
  // Names from different lists make better examples.
  const examples = lists.flatMap((list) => names.find((each) => listOf(each) === list) ?? []);
  const shown = (examples.length > 1 ? examples : names).slice(0, 2);
  return `${many} ${counted}, such as ${shown.join(', ')}`;
}
