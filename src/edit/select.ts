import { normal } from '../policy/glob.ts';
import { didYouMean } from '../policy/suggest.ts';
import type { AcceptableFinding } from './changes.ts';

/** Which findings are to be accepted: those that match each kind of condition that is given. */
export interface Selection {
  readonly all: boolean;
  /** Fingerprints, or beginnings of them. */
  readonly findings: readonly string[];
  readonly rules: readonly string[];
  /** Names or ids. */
  readonly groups: readonly string[];
}

/** What a selection may name. */
export interface Choices {
  readonly findings: readonly AcceptableFinding[];
  readonly rules: readonly string[];
  readonly groups: readonly { readonly id: string; readonly name: string }[];
}

/** Why something cannot be done, and what to do. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

const SHORTEST_PREFIX = 8;

/** The open findings that are meant, or everything that is wrong with the selection. */
export function select(
  selection: Selection,
  choices: Choices,
): { readonly chosen: readonly AcceptableFinding[] } | { readonly refusals: readonly Refusal[] } {
  const { all, findings: prefixes, rules, groups } = selection;
  const count = prefixes.length + rules.length + groups.length;
  if (!all && count === 0) return { refusals: [NOTHING_CHOSEN] };
  if (all && count > 0) return { refusals: [ALL_AND_MORE] };
  const refusals = [
    ...prefixes.flatMap((prefix) => prefixRefusal(prefix, choices.findings)),
    ...rules.flatMap((rule) => ruleRefusal(rule, choices.rules)),
    ...groups.flatMap((group) => groupRefusal(group, choices.groups)),
  ];
  if (refusals.length > 0) return { refusals };
  const matches = (finding: AcceptableFinding): boolean =>
    (prefixes.length === 0 ||
      prefixes.some((prefix) => finding.fingerprint.startsWith(prefix.toLowerCase()))) &&
    (rules.length === 0 || rules.includes(finding.rule)) &&
    (groups.length === 0 || groups.some((group) => finding.group && isCalled(finding.group, group)));
  return { chosen: choices.findings.filter((finding) => finding.status === 'open' && matches(finding)) };
}

const NOTHING_CHOSEN: Refusal = {
  message: 'It is not said what to accept.',
  hint: 'Write --finding FINGERPRINT, --rule RULE, --group GROUP, or --all.',
};
const ALL_AND_MORE: Refusal = {
  message: '--all cannot stand beside --finding, --rule or --group.',
  hint: 'Keep --all, or say which findings are meant.',
};

function prefixRefusal(prefix: string, findings: readonly AcceptableFinding[]): Refusal[] {
  if (!/^[0-9a-f]+$/i.test(prefix) || prefix.length < SHORTEST_PREFIX)
    return [
      {
        message: `"${prefix}" is no fingerprint.`,
        hint: `Copy it from report.json; its first ${SHORTEST_PREFIX} or more hexadecimal digits are enough.`,
      },
    ];
  const found = findings.filter(({ fingerprint }) => fingerprint.startsWith(prefix.toLowerCase()));
  const [first] = found;
  if (!first) {
    const known = findings.map(({ fingerprint }) => fingerprint.slice(0, prefix.length));
    return [
      {
        message: `The report has no finding ${prefix}.${didYouMean(prefix.toLowerCase(), known)}`,
        hint: 'It may be of another run. Copy the fingerprint from this report.',
      },
    ];
  }
  if (found.length > 1)
    return [
      {
        message: `${found.length} findings of the report begin with ${prefix}.`,
        hint: `Write more digits: ${found
          .slice(0, 3)
          .map(({ fingerprint }) => fingerprint.slice(0, prefix.length + 8))
          .join(', ')}.`,
      },
    ];
  if (first.status === 'open') return [];
  return [
    {
      message: `The finding ${prefix} is excused by an exception already.`,
      hint: 'To let it last longer, change the exception.',
    },
  ];
}

function ruleRefusal(rule: string, known: readonly string[]): Refusal[] {
  if (known.includes(rule)) return [];
  return [
    {
      message: `There is no rule "${rule}".${didYouMean(rule, known)}`,
      hint: 'docs/rules.md lists the rules.',
    },
  ];
}

function groupRefusal(group: string, known: Choices['groups']): Refusal[] {
  if (known.some((one) => isCalled(one, group))) return [];
  const near = didYouMean(
    group,
    known.map(({ name }) => name),
  );
  return [
    {
      message: `The report knows no group "${group}".${near}`,
      hint: 'Write its name exactly, or its id.',
    },
  ];
}

function isCalled({ id, name }: { readonly id: string; readonly name: string }, text: string): boolean {
  return id === text || normal(name) === normal(text);
}
