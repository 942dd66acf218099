import {
  type Answer,
  type EntryShown,
  type EntryStatement,
  EXPLANATION_EXIT_CODES,
  type ExceptionShown,
  type Explanation,
  type GroupHeld,
  type ListReason,
  type ListShown,
  type PersonExplanation,
  type Reason,
  type RequirementStatement,
  type RuleExplanation,
  type SeparationStatement,
  type Statement,
  type TargetEntry,
  type TargetExplanation,
} from '../model/explanation.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import type { ReportedFinding, ReportedGroup } from '../model/report.ts';
import { forJsonLog, forLog } from './escape.ts';
import {
  excuseInWords,
  optionInWords,
  othersInWords,
  peopleInWords,
  requirementInWords,
  ruleInWords,
  separationInWords,
  standingInWords,
  stateInWords,
  unknownInWords,
  wordOf,
} from './explanation-words.ts';
import { problemLines } from './pretty.ts';
import { PLAIN, type Style } from './style.ts';
import { counted, cut, listed, placeOf, who } from './wording.ts';

const LINE_LENGTH = 4000;
const STATEMENTS_SHOWN = 100;
const FINDINGS_SHOWN = 50;

/** The explanation for a terminal or a log. The last line says whether there was an answer. */
export function explanationText(explanation: Explanation, style: Style = PLAIN): string {
  const { about, problems, warnings } = explanation;
  const blocks = [
    ...(about ? blocksOf(about, style) : []),
    ...(warnings.length > 0 ? [warnings.map((one) => `${style.yellow('▲')} ${shown(one)}`)] : []),
    problems.flatMap((problem) => problemLines(problem, style)),
    [lastLine(explanation, style)],
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The explanation as JSON that is harmless in a log. */
export function explanationJson(explanation: Explanation): string {
  return `${forJsonLog(JSON.stringify(explanation, null, 2))}\n`;
}

function blocksOf(about: NonNullable<Explanation['about']>, style: Style): string[][] {
  switch (about.kind) {
    case 'person':
      return personBlocks(about, style);
    case 'group':
    case 'role':
      return targetBlocks(about, style);
    case 'rule':
      return [ruleLines(about, style)];
  }
}

function lastLine({ result, policy }: Explanation, style: Style): string {
  const code = style.dim(`(exit code ${EXPLANATION_EXIT_CODES[result]})`);
  // A rule can be explained without a policy.
  const told =
    policy.sha256 === null ? `There is no policy ${shown(policy.path)}.` : `Policy: ${shown(policy.path)}`;
  return result === 'explained'
    ? `${style.bold(style.green('✔ Explained.'))} ${told} ${code}`
    : `${style.bold(style.yellow('? Could not explain.'))} Follow the hints, then ask again. ${code}`;
}

function shown(text: string): string {
  return forLog(cut(text, LINE_LENGTH));
}

function place(location: EntryShown['location'], style: Style): string {
  return style.dim(shown(placeOf(location)));
}

// ---- a person

function personBlocks(person: PersonExplanation, style: Style): string[][] {
  const { statements, others } = person;
  const left = statements.length - STATEMENTS_SHOWN;
  return [
    personLines(person, style),
    ...statements.slice(0, STATEMENTS_SHOWN).map((statement) => statementLines(statement, style)),
    [
      ...(left > 0 ? [`${counted(left, 'more element')} of the policy, see --format json`] : []),
      ...(others > 0 ? [othersInWords(others)] : []),
    ],
    ...outcomeBlocks(person, style),
  ];
}

function personLines(person: PersonExplanation, style: Style): string[] {
  const { user, state, sources, manager, attributes, unknown, groups, roles } = person;
  const values = attributes.map(({ name, values }) => `${shown(name)} ${listed(values.map(shown))}`);
  const states = sources.map(({ source, state }) => `${SOURCE_LABELS[source]} says ${stateInWords(state)}`);
  return [
    `${style.bold(shown(who(user)))}  ${style.dim(shown(user.id))}`,
    `  Account: ${stateInWords(state)}${states.length > 0 ? `; ${states.join(', ')}` : ''}`,
    ...(manager ? [`  Manager: ${shown(who(manager))}`] : []),
    `  Attributes: ${values.length > 0 ? values.join('; ') : 'none'}`,
    ...(groups ? [`  Groups: ${named(groups, groupWords)}`] : []),
    ...(roles
      ? [`  Access roles: ${named(roles, (role) => (role.isManaged ? '' : 'no entry is about it'))}`]
      : []),
    ...unknownLines(unknownInWords(unknown), style, '  '),
  ];
}

function named<T extends ReportedGroup>(targets: readonly T[], note: (target: T) => string): string {
  if (targets.length === 0) return 'none';
  const words = targets.map((target) => {
    const text = note(target);
    const name = target.name === '' ? target.id : target.name;
    return `${shown(name)}${text === '' ? '' : ` (${text})`}`;
  });
  return words.join('; ');
}

function groupWords({ kind, isManaged, isAttribute }: GroupHeld): string {
  const managed = isManaged || isAttribute ? [] : ['no entry is about it'];
  return [...(kind === undefined ? [] : [kind]), ...managed].join(', ');
}

function unknownLines(reasons: readonly string[], style: Style, indent: string): string[] {
  return reasons.map((reason) => `${indent}${style.yellow('?')} ${shown(reason)}`);
}

// ---- what the policy says of a person

function statementLines(statement: Statement, style: Style): string[] {
  if (statement.about === 'requirement') return requirementLines(statement, style);
  if (statement.about === 'separation') return separationLines(statement, style);
  return entryLines(statement, style);
}

const MARKS = { good: '✔', bad: '✖', open: '?', none: '–' } as const;

function mark({ judgement, rule }: Statement, style: Style): string {
  if (judgement === 'fine' || judgement === 'awaited') return style.green(MARKS.good);
  if (judgement === 'unknown') return style.yellow(MARKS.open);
  if (judgement === 'not-judged' || rule?.severity === 'off') return style.dim(MARKS.none);
  return style.red(MARKS.bad);
}

function verdictLine(statement: Statement, words: string, style: Style): string {
  const rule = statement.rule ? ` (${ruleInWords(statement.rule)})` : '';
  return `  ${mark(statement, style)} ${words}${rule}`;
}

function titleLine(title: string, { name, location, owner }: EntryShown, live: string, style: Style): string {
  const pattern = name === '' || name === live ? '' : ` by the entry ${shown(name)}`;
  const owned = owner === undefined ? '' : style.dim(`, ${shown(owner)}`);
  return `${style.bold(shown(title))}${pattern}  ${place(location, style)}${owned}`;
}

function entryLines(statement: EntryStatement, style: Style): string[] {
  const { about, entry, target, lists, unknown } = statement;
  const live = target?.name ?? '';
  const title = { accounts: 'accounts', group: live, role: `role ${live}` }[about];
  return [
    titleLine(title, entry, live, style),
    verdictLine(statement, standingInWords(statement), style),
    ...unknownLines(unknown, style, '    '),
    ...lists.flatMap((list) => listLines(list, style)),
  ];
}

function listLines(list: ListReason, style: Style): string[] {
  const { word, answer, text, location } = list;
  const [only] = list.parts;
  // A list of one selector says the same as the selector.
  const isOne = list.more === 0 && list.parts.length === 1 && only!.text === text;
  const where = isOne ? only!.location : location;
  return [
    `    ${wordOf(word)}: ${answered(answer, style)}, ${shown(text)}  ${place(where, style)}`,
    ...(isOne ? unknownLines(only!.unknown, style, '      ') : []),
    ...partLines(isOne ? only! : list, '      ', style),
  ];
}

function reasonLines(reason: Reason, indent: string, style: Style): string[] {
  return [
    `${indent}${answered(reason.answer, style)}: ${shown(reason.text)}  ${place(reason.location, style)}`,
    ...unknownLines(reason.unknown, style, `${indent}  `),
    ...partLines(reason, `${indent}  `, style),
  ];
}

function partLines({ parts, more }: Pick<Reason, 'parts' | 'more'>, indent: string, style: Style): string[] {
  const rest = more > 0 ? [`${indent}${style.dim(`… and ${more} more of the same answer`)}`] : [];
  return [...parts.flatMap((part) => reasonLines(part, indent, style)), ...(parts.length > 0 ? rest : [])];
}

function answered(answer: Answer, style: Style): string {
  if (answer === 'yes') return style.green('yes');
  return answer === 'no' ? style.dim('no') : style.yellow('unknown');
}

function requirementLines(statement: RequirementStatement, style: Style): string[] {
  return [
    titleLine(`requirement ${statement.entry.name}`, statement.entry, statement.entry.name, style),
    verdictLine(statement, requirementInWords(statement), style),
    '    when',
    ...reasonLines(statement.when, '      ', style),
    '    require',
    ...reasonLines(statement.require, '      ', style),
  ];
}

function separationLines(statement: SeparationStatement, style: Style): string[] {
  const { entry, elements } = statement;
  return [
    titleLine(`separation ${entry.name}`, entry, entry.name, style),
    verdictLine(statement, separationInWords(statement), style),
    ...elements.map(
      ({ name, location, groups }) =>
        `    ${shown(name)}: in ${named(groups, () => '')}  ${place(location, style)}`,
    ),
  ];
}

// ---- a group or role

function targetBlocks(about: TargetExplanation, style: Style): string[][] {
  const { kind, entries, isAttribute, separations } = about;
  const noun = kind === 'group' ? 'group' : 'access role';
  const unmanaged = isAttribute
    ? `To this policy the ${noun} is an attribute of people: no entry is about it, and none need be.`
    : `No entry of the policy is about this ${noun} (unmanaged-${kind}).`;
  return [
    targetLines(about, noun, style),
    ...(entries.length === 0 ? [[unmanaged]] : entries.map((entry) => targetEntryLines(entry, about, style))),
    separations.map((one) => `Kept apart from others by ${shown(one.name)}  ${place(one.location, style)}`),
    ...outcomeBlocks(about, style),
  ];
}

function targetLines(
  { kind, target, members, why }: TargetExplanation,
  noun: string,
  style: Style,
): string[] {
  const words = [target.kind ?? noun, ...(target.active === false ? ['switched off'] : [])].join(', ');
  const title = `${style.bold(shown(target.name))} (${words})  ${style.dim(shown(target.id))}`;
  if (!members) return [title, ...unknownLines(why, style, '  ')];
  const { active, pending, deactivated, unlisted } = members;
  return [
    title,
    `  Active ${kind === 'group' ? 'members' : 'holders'}: ${peopleInWords(active, shown)}`,
    ...(pending.count > 0 ? [`  Not in use yet: ${peopleInWords(pending, shown)}`] : []),
    ...(deactivated.count > 0 ? [`  Deactivated: ${peopleInWords(deactivated, shown)}`] : []),
    ...(unlisted > 0 ? [`  Accounts that no source lists: ${unlisted}`] : []),
  ];
}

function targetEntryLines(entry: TargetEntry, { target }: TargetExplanation, style: Style): string[] {
  const { lists, bounds, unknown } = entry;
  return [
    titleLine(`entry ${entry.entry.name}`, entry.entry, entry.entry.name, style),
    ...unknownLines(unknown, style, '  '),
    ...(lists === null ? [`  – judges nobody: ${shown(target.name)} is known, and open to all`] : []),
    ...(lists ?? []).flatMap((list) => selectedLines(list, style)),
    ...(bounds ? [`  count: ${boundsInWords(bounds)}  ${place(bounds.location, style)}`] : []),
  ];
}

function boundsInWords({ min, max }: NonNullable<TargetEntry['bounds']>): string {
  return [
    ...(min === undefined ? [] : [`at least ${min}`]),
    ...(max === undefined ? [] : [`at most ${max}`]),
  ].join(', ');
}

function selectedLines(list: ListShown, style: Style): string[] {
  const { word, text, location, selects, unknown, why } = list;
  return [
    `  ${wordOf(word)}: ${shown(text)}  ${place(location, style)}`,
    `    selects ${peopleInWords(selects, shown)}${unknown > 0 ? `, and perhaps ${unknown} more` : ''}`,
    ...unknownLines(why, style, '    '),
  ];
}

// ---- what was found, and what excuses it

function outcomeBlocks(
  { findings, exceptions }: Pick<PersonExplanation, 'findings' | 'exceptions'>,
  style: Style,
): string[][] {
  const left = findings.length - FINDINGS_SHOWN;
  return [
    findings.length === 0
      ? ['Findings: none.']
      : [
          style.bold('Findings'),
          ...findings.slice(0, FINDINGS_SHOWN).flatMap((finding) => findingLines(finding, style)),
          ...(left > 0 ? [`  ${counted(left, 'more finding')}, see --format json`] : []),
        ],
    exceptions.length === 0
      ? []
      : [style.bold('Exceptions'), ...exceptions.map((exception) => exceptionLine(exception, style))],
  ];
}

function findingLines(finding: ReportedFinding, style: Style): string[] {
  const { rule, severity, message, location, exception } = finding;
  const excused = exception ? `, excused by ${shown(exception.owner)} until ${shown(exception.expires)}` : '';
  const symbol = exception ? style.dim(MARKS.none) : style.red(MARKS.bad);
  return [
    `  ${symbol} ${shown(rule)} (${severity}${excused})  ${place(location, style)}`,
    `    ${shown(message)}`,
  ];
}

const STATES = {
  'not-yet': 'not yet in force',
  'in-force': 'in force',
  expiring: 'ends soon',
  expired: 'has ended',
} as const satisfies Record<ExceptionShown['state'], string>;

function exceptionLine(exception: ExceptionShown, style: Style): string {
  const { rule, subject, owner, reason, ticket, expires, state, location } = exception;
  const why = `${shown(reason)}${ticket === undefined ? '' : ` (${shown(ticket)})`}`;
  return `  ${STATES[state]}, until ${shown(expires)}: ${shown(rule)}, ${shown(subject)}; ${shown(owner)}: ${why}  ${place(location, style)}`;
}

// ---- a rule

function ruleLines(rule: RuleExplanation, style: Style): string[] {
  const { id, finds, severity, inPolicy, options, needs, resolve, docs } = rule;
  const set = inPolicy?.location ? `  ${place(inPolicy.location, style)}` : '';
  return [
    style.bold(id),
    `  Finds: ${finds}`,
    `  Severity: ${severity} unless the policy says otherwise${inPolicy ? `; in this policy ${inPolicy.severity}${set}` : ''}`,
    ...(options.length > 0 ? [`  Options: ${options.map(optionInWords).join(', ')}`] : []),
    `  Needs: ${needs === '' ? 'the policy alone' : needs}`,
    `  To resolve: ${resolve}`,
    `  To excuse: ${excuseInWords(rule)}`,
    `  More: ${docs}`,
  ];
}
