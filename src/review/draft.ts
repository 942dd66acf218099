import type { Expectation } from '../model/access.ts';
import type { Location } from '../model/problem.ts';
import type { Group } from '../model/snapshot.ts';
import { yamlQuoted, yamlText } from '../model/yaml-text.ts';

/** Somebody in a group, as the record of a new round shows it. */
export interface DraftEntry {
  readonly id: string;
  readonly userName: string;
  /** How the account stands, where it is not active. */
  readonly state?: string;
  readonly expectation: Expectation;
  /** What the policy says it with. */
  readonly location?: Location;
}

export interface DraftRecord {
  readonly group: Pick<Group, 'id' | 'name'>;
  readonly started: string;
  /** The last day for decisions. */
  readonly due: string;
  readonly owner: string | undefined;
  readonly sha256: string;
  /** In the order in which they are shown. */
  readonly entries: readonly DraftEntry[];
}

/** The text of a record that nobody has decided on yet. Nothing in a name can be more than a name there. */
export function recordText({ group, started, due, owner, sha256, entries }: DraftRecord): string {
  const head = [
    `# Who is in this group, and should it stay so? To be decided${owner === undefined ? '' : ` by ${inComment(owner)}`} until ${due}.`,
    '#',
    '# For each entitlement fill in, in a pull request:',
    '#   decision   keep, or revoke. Whoever is revoked has to be taken out of the group in Leapsome',
    '#   reviewer   the address that you have in Leapsome. Nobody decides about themselves',
    `#   date       the day of your decision, from ${started} on: YYYY-MM-DD`,
    '#   comment    what others should know; may stay empty',
    '# Leave the rest as it is. Entitlements that are added or taken away no longer fit the sha256.',
    'version: 1',
    `group: ${yamlText(group.name)}`,
    `id: ${yamlQuoted(group.id)}`,
    `started: ${started}`,
    ...(owner === undefined ? [] : [`owner: ${yamlText(owner)}`]),
    `sha256: "${sha256}"`,
  ];
  if (entries.length === 0) return `${[...head, 'entitlements: []'].join('\n')}\n`;
  return `${[...head, 'entitlements:', entries.map(entryText).join('\n\n')].join('\n')}\n`;
}

function entryText({ id, userName, state, expectation, location }: DraftEntry): string {
  const where = location ? ` (${location.file}:${location.line})` : '';
  const lines = [
    `user: ${yamlText(userName)}`,
    `id: ${yamlQuoted(id)}`,
    ...(state === undefined ? [] : [`state: ${yamlText(state)}`]),
    `policy: ${yamlText(`${SAYS[expectation]}${where}`)}`,
    'decision:',
    'reviewer:',
    'date:',
    'comment:',
  ];
  return lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`).join('\n');
}

/** What the policy says of an entitlement, for whoever decides. */
const SAYS: Readonly<Record<Expectation, string>> = {
  expected: 'expected',
  'not-limited': 'not limited',
  'not-governed': 'no entry',
  unexpected: 'unexpected',
  forbidden: 'forbidden',
  missing: 'missing',
  inactive: 'deactivated, to be taken out',
  unknown: 'not evaluated',
};

/** On one line, whatever it holds. */
function inComment(text: string): string {
  return yamlText(text);
}
