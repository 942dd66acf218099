import { SOURCE_LABELS } from '../../model/facts.ts';
import type { Problem } from '../../model/problem.ts';
import type { Report, RuleResult, RunInfo } from '../../model/report.ts';
import type { SourceEvidence } from '../../model/snapshot.ts';
import { type Change, changes, sinceInWords } from '../history.ts';
import { policyUrl, runPage } from '../links.ts';
import { wayOf } from '../preview.ts';
import { doubtOf } from '../standing.ts';
import {
  allWarnings,
  count,
  exceptionsByUrgency,
  exceptionTotals,
  linesOf,
  more,
  ownHint,
  populationLine,
  ruleTotals,
  stateWord,
  TALLY_ORDER,
  tallies,
  whyNot,
} from '../wording.ts';
import { block, type Content, html, isolate, type Markup, name, withNames, withoutMarks } from './markup.ts';
import { findingsWith, link, moment, place, section, table } from './pieces.ts';

const ROWS_SHOWN = 1000;

/** Why there is no answer, and what to do about each reason. */
export function problemsSection({ problems, run }: Report): Markup | undefined {
  if (problems.length === 0) return undefined;
  const left = problems.length - ROWS_SHOWN;
  return section(
    'problems',
    'Why there is no answer',
    html`<ul class="problems">
${problems.slice(0, ROWS_SHOWN).map((problem) => problemItem(problem, run))}</ul>${left > 0 && html`<p class="rest">${more(left, 'problem')}</p>`}`,
  );
}

function problemItem(problem: Problem, run: RunInfo): Markup {
  const { code, message, location } = problem;
  const hint = ownHint(problem);
  const where = location && html` at ${place(location, run)}`;
  const what = linesOf(message).length > 1 ? block(message) : html`<p>${message}</p>`;
  const steps = linesOf(hint).map((line, index) => html`${index > 0 && html`<br>`}${line}`);
  return html`<li><h3><code>${code}</code>${where}</h3>
${what}
${hint !== '' && html`<p class="next"><b>What to do:</b> ${steps}</p>`}</li>
`;
}

/** Findings that merging the pull request does away with. */
export function resolvedSection({ preview }: Report): Markup | undefined {
  if (!preview || preview.resolved.length === 0) return undefined;
  return section(
    'resolved',
    'Resolved by merging this',
    table({
      caption: `Findings by the policy of the base, ${preview.base.slice(0, 12)}, that are gone with this pull request`,
      columns: [
        { title: 'Finding', kind: 'title', cell: ({ message }) => message },
        { title: 'Severity', cell: ({ severity }) => severity },
        { title: 'Rule', cell: ({ rule }) => html`<code>${rule}</code>` },
        { title: 'How', cell: wayOf },
      ],
      items: preview.resolved,
      limit: ROWS_SHOWN,
      rest: (left) => more(left, 'finding'),
    }),
  );
}

const CHANGE_WORDS = { gone: 'gone', joined: 'joined', left: 'left', moved: 'moved' } as const;

/** What has changed since the last run; new findings are marked where they stand. */
export function sinceSection({ since }: Report): Markup | undefined {
  if (!since) return undefined;
  const items = changes(since, isolate);
  const lead = html`<p class="lead">${sinceInWords(since)}</p>
`;
  if (items.length === 0) return section('since', 'Since the last run', lead);
  return section('since', 'Since the last run', [
    lead,
    table({
      caption: 'Findings that are gone, and people who came, went or changed groups',
      columns: [
        { title: 'What', cell: ({ what }) => CHANGE_WORDS[what] },
        { title: 'Who or what', kind: 'title', cell: changeInWords },
      ],
      items,
      limit: ROWS_SHOWN,
      rest: (left) => more(left, 'change'),
    }),
  ]);
}

/** A finding that is gone is a sentence, not a name: it must not turn around because of whom it begins with. */
function changeInWords({ what, text }: Change): Content {
  return what === 'gone' ? withoutMarks(text) : withNames(text);
}

const STATUS_WORDS = {
  pass: html`<span class="status pass"><span aria-hidden="true">✓ </span>passed</span>`,
  fail: html`<span class="status fail"><span aria-hidden="true">✕ </span>failed</span>`,
  'not-evaluated': html`<span class="status open"><span aria-hidden="true">? </span>not evaluated</span>`,
  unknown: html`<span class="status open"><span aria-hidden="true">? </span>unknown</span>`,
} as const satisfies Record<RuleResult['status'] | 'unknown', Markup>;

/** How each rule ended; those that say something first. */
export function rulesSection(report: Report): Markup | undefined {
  const { rules } = report;
  if (rules.length === 0) return undefined;
  const doubt = doubtOf(report);
  const order = (rule: RuleResult) =>
    rule.severity === 'off' ? 3 : ['fail', 'not-evaluated', 'pass'].indexOf(rule.status);
  return section('rules', 'Rules', [
    html`<p class="lead">${doubt === undefined ? ruleTotals(rules) : `Nothing here may be relied on: ${doubt}`}.</p>
`,
    table({
      caption: 'How each rule ended',
      columns: [
        { title: 'Rule', kind: 'title', cell: ({ id }) => html`<code>${id}</code>` },
        { title: 'Outcome', cell: (rule) => outcome(rule, doubt) },
        { title: 'Severity', cell: ({ severity }) => severity },
        { title: 'Findings', kind: 'number', cell: ruleFindings },
        { title: 'Not answered because', kind: 'wide', cell: (rule) => reasonOf(rule, doubt) },
      ],
      items: [...rules].sort((a, b) => order(a) - order(b)),
      limit: ROWS_SHOWN,
      rest: (left) => more(left, 'rule'),
    }),
  ]);
}

/** A rule that found nothing has only passed where the run came to a verdict. */
function outcome({ severity, status }: RuleResult, doubt: string | undefined): Markup {
  if (severity === 'off') return html`<span class="status off">switched off</span>`;
  return STATUS_WORDS[status === 'pass' && doubt !== undefined ? 'unknown' : status];
}

function ruleFindings({ id, findings, severity }: RuleResult): Content {
  if (severity === 'off') return '–';
  return findings === 0
    ? '0'
    : html`<a href="${findingsWith({ rule: id, status: 'open' })}">${count(findings)}</a>`;
}

function reasonOf(rule: RuleResult, doubt: string | undefined): string {
  if (rule.severity === 'off') return '';
  if (rule.status === 'not-evaluated' || rule.reason !== undefined) return whyNot(rule);
  return rule.status === 'pass' ? (doubt ?? '') : '';
}

/** Exceptions of the policy, those that need attention first. */
export function exceptionsSection(report: Report): Markup | undefined {
  if (report.exceptions.length === 0) return undefined;
  return section('exceptions', 'Exceptions', [
    html`<p class="lead">${exceptionTotals(report)}.</p>
`,
    table({
      caption: 'What the policy excuses for a time',
      columns: [
        { title: 'Who and what', kind: 'title', cell: ({ subject }) => subjectView(subject) },
        {
          title: 'State',
          cell: ({ state }) => html`<span class="state ${state}">${stateWord(state)}</span>`,
        },
        { title: 'Until', kind: 'short', cell: ({ expires }) => expires },
        { title: 'Rule', kind: 'short', cell: ({ rule }) => html`<code>${rule}</code>` },
        { title: 'Owner', kind: 'name', cell: ({ owner }) => name(owner) },
        {
          title: 'Reason',
          kind: 'wide',
          cell: ({ reason, ticket }) =>
            html`${name(reason)}${ticket !== undefined && html` (${name(ticket)})`}`,
        },
        { title: 'Excuses', kind: 'number', cell: ({ findings }) => count(findings) },
        { title: 'Policy', kind: 'name', cell: ({ location }) => place(location, report.run) },
      ],
      items: exceptionsByUrgency(report),
      limit: ROWS_SHOWN,
      rest: (left) => more(left, 'exception'),
    }),
  ]);
}

// As exceptions are put into words: who stands first, and neither an address nor an id has blanks.
const SUBJECT = /^(?:(\S+)( in | for ))?(the role )?(.+)$/s;

/** Whom and what an exception is about, each name by itself. */
function subjectView(subject: string): Content {
  const [, user, between, role, what] = SUBJECT.exec(subject) ?? [];
  if (what === undefined) return name(subject);
  return html`${user !== undefined && name(user)}${between}${role}${name(what)}`;
}

/** What was read from where, and the proof that it was everything. */
export function evidenceSection(report: Report): Markup {
  const { sources } = report;
  const withRoles = sources.some(({ unique }) => unique.roles !== undefined);
  const kinds = (['users', 'groups', 'roles'] as const).filter((kind) => kind !== 'roles' || withRoles);
  return section('evidence', 'Completeness', [
    html`<p class="lead">${populationLine(report)}${report.baseline && ` The last population that was believed had ${count(report.baseline.activeUsers)} active people.`}</p>
`,
    sources.length > 0 &&
      table<SourceEvidence>({
        caption: 'How many the service reports, how many were received, and how many of these are unique',
        columns: [
          {
            title: 'Source',
            kind: 'title',
            cell: ({ name: source, endpoint }) => html`${SOURCE_LABELS[source]}<br><code>${endpoint}</code>`,
          },
          { title: 'Complete', cell: completeness },
          ...kinds.map((kind) => ({
            title: `${kind}: ${TALLY_ORDER}`,
            kind: 'number' as const,
            cell: (source: SourceEvidence) => tallies(source, kind),
          })),
          {
            title: 'Pages',
            kind: 'number',
            cell: ({ pages }) => count(pages.users + pages.groups + (pages.roles ?? 0)),
          },
          { title: 'Requests', kind: 'number', cell: ({ requests }) => count(requests) },
          { title: 'Retries', kind: 'number', cell: ({ retries }) => count(retries) },
          { title: 'Refused as too many', kind: 'number', cell: ({ refusals }) => count(refusals) },
        ],
        items: sources,
        limit: ROWS_SHOWN,
        rest: (left) => more(left, 'source'),
      }),
  ]);
}

function completeness({ complete }: SourceEvidence): Markup {
  return complete
    ? html`<span class="status pass"><span aria-hidden="true">✓ </span>yes</span>`
    : html`<span class="status fail"><span aria-hidden="true">✕ </span>no</span>`;
}

/** By what, of what and when the check was made. */
export function runSection(report: Report): Markup {
  const { run, tool, policy } = report;
  const page = runPage(run);
  const facts: readonly (readonly [string, Content])[] = [
    ['As of', moment(report.asOf)],
    ['Started', moment(report.startedAt)],
    ['Finished', moment(report.finishedAt)],
    ['Repository', run.repository !== undefined && name(run.repository)],
    ['Ref', run.ref !== undefined && name(run.ref)],
    ['Commit', run.sha !== undefined && html`<code>${run.sha}</code>`],
    ['Event', run.event !== undefined && name(run.event)],
    ['Started by', run.actor !== undefined && name(run.actor)],
    ['Run', page !== undefined ? link(page, page) : run.runUrl !== undefined && name(run.runUrl)],
    ['Fails on', report.failOn],
    [
      'Personal data',
      report.personalData === 'mask' ? 'masked, but for people whom the policy names' : 'shown',
    ],
    ['Tool', `${tool.name} ${tool.version}`],
    ['Policy', policyFiles(report)],
    ['Policy as a whole', policy.sha256 !== null && html`<code class="hash">sha256 ${policy.sha256}</code>`],
  ];
  return section(
    'run',
    'This run',
    html`<dl class="facts-list">
${facts.map(
  ([term, fact]) =>
    fact !== false &&
    html`<div><dt>${term}</dt><dd>${fact}</dd></div>
`,
)}</dl>`,
  );
}

function policyFiles({ policy: { files }, run }: Report): Content {
  if (files.length === 0) return 'none was read';
  return html`<ul>${files.slice(0, ROWS_SHOWN).map(({ path, sha256 }) => {
    const url = policyUrl({ file: path, line: 1, column: 1, endLine: 1, endColumn: 1 }, run);
    const text = html`<code>${path}</code>`;
    return html`<li>${url === undefined ? text : link(url, text)} <code class="hash">sha256 ${sha256}</code></li>`;
  })}</ul>${files.length > ROWS_SHOWN && more(files.length - ROWS_SHOWN, 'file')}`;
}

/** Odd things, none of which changes the verdict. */
export function warningsSection(report: Report): Markup | undefined {
  const items = allWarnings(report);
  if (items.length === 0) return undefined;
  const left = items.length - ROWS_SHOWN;
  return section(
    'warnings',
    'Worth knowing',
    html`<ul class="notes">${items.slice(0, ROWS_SHOWN).map((warning) => html`<li>${warning}</li>`)}</ul>${left > 0 && html`<p class="rest">${more(left, 'warning')}</p>`}`,
  );
}
