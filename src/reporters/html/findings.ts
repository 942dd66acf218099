import type { Report, ReportedFinding } from '../../model/report.ts';
import { SEVERITIES, type Severity } from '../../model/severity.ts';
import { ageOf } from '../history.ts';
import { count, counted, countsBySeverity, more, openFindings, policyRemedyTitle, who } from '../wording.ts';
import { bareName, block, html, type Markup, name } from './markup.ts';
import { place } from './pieces.ts';

/** What a browser can list and still be quick. */
export const FINDINGS_SHOWN = 5000;
/** From here on the browser lays out only what is on the screen. */
const MANY = 300;
const BATCH = 100;

const SIGNS = { error: '✕', warning: '!', notice: 'i' } as const satisfies Record<Severity, string>;

/** The cell of the matrix that a finding belongs to, by fingerprint. */
type Cells = ReadonlyMap<string, string>;

/** Every finding, open ones first, with the means to find some of them. In pieces, since there may be thousands. */
export function* findingsSection(report: Report, cells: Cells = new Map()): Generator<Markup> {
  const excepted = report.findings.filter(({ status }) => status === 'excepted');
  const all = [...openFindings(report), ...excepted];
  yield html`<section id="findings" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
<p class="lead">${leadOf(report)}</p>
`;
  const shown = all.slice(0, FINDINGS_SHOWN);
  if (shown.length > 0) {
    yield filters(shown);
    yield html`<ol class="findings ${shown.length > MANY && 'many'}" id="finding-list">
`;
    for (let from = 0; from < shown.length; from += BATCH)
      yield html`${shown.slice(from, from + BATCH).map((finding) => item(finding, report, cells))}`;
    yield html`</ol>
<p class="empty" id="no-match" hidden>No finding matches. <button type="button" class="clear">Show all</button></p>
`;
  }
  const left = all.length - shown.length;
  if (left > 0)
    yield html`<p class="rest">${more(left, 'finding')}. Search and filters know the ${count(shown.length)} above.</p>`;
  yield html`</section>
`;
}

function leadOf({ result, counts }: Report): string {
  const open = countsBySeverity(counts);
  const excepted = counts.excepted > 0 ? `${count(counts.excepted)} excused by an exception.` : '';
  // Finding nothing more says nothing, where nobody could look.
  if (result === 'could-not-check') {
    if (open !== '') return `${open}. There may be more, since there was no complete check. ${excepted}`;
    return `None ${excepted === '' ? '' : 'that is open '}is known, since there was no complete check. ${excepted}`.trim();
  }
  if (open !== '') return `${open}. ${excepted}`;
  return excepted === '' ? 'None.' : `Nothing open. ${excepted}`;
}

/** Hidden until the script is there to make it work. */
function filters(findings: readonly ReportedFinding[]): Markup {
  return html`<div class="filters" id="filters" role="search" aria-label="Filter the findings" hidden>
<label class="search">Search <kbd>/</kbd><input type="search" id="filter-q" autocomplete="off" spellcheck="false" placeholder="Any word of a finding"></label>
<label>Severity<select id="filter-severity">${options(
    findings.map(({ severity }) => severity),
    SEVERITIES,
  )}</select></label>
<label>Rule<select id="filter-rule">${options(findings.map(({ rule }) => rule))}</select></label>
<label>Person<input id="filter-person" list="people" autocomplete="off" spellcheck="false" placeholder="Anybody"></label>
<datalist id="people">${tally(findings.flatMap(({ user }) => (user ? who(user) : []))).map(
    ([person]) => html`<option value="${person}"></option>`,
  )}</datalist>
<label>Group or role<select id="filter-group">${options(findings.flatMap(targetNames))}</select></label>
<label>Status<select id="filter-status">${options(
    findings.map(({ status }) => status),
    ['open', 'excepted'],
  )}</select></label>
<p class="result"><output id="filter-count" aria-live="polite">${counted(findings.length, 'finding')}</output> <button type="button" class="clear" disabled>Clear <kbd>Esc</kbd></button></p>
</div>
`;
}

/** Each value that occurs, with its number; the most frequent first, unless an order is given. */
function options(values: readonly string[], order?: readonly string[]): Markup {
  const found = tally(values);
  if (order) found.sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return html`<option value="">All</option>${found.map(
    ([value, times]) => html`<option value="${value}">${bareName(value)} (${count(times)})</option>`,
  )}`;
}

function tally(values: readonly string[]): [value: string, times: number][] {
  const times = new Map<string, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return [...times].sort(([, a], [, b]) => b - a);
}

/** Names of the group and of the role that a finding is about; the id of one without a name. */
function targetNames({ group, role }: ReportedFinding): string[] {
  return [group, role].flatMap((each) => (each ? [each.name === '' ? each.id : each.name] : []));
}

function item(finding: ReportedFinding, report: Report, cells: Cells): Markup {
  const { fingerprint, severity, status, rule, user, message, location } = finding;
  const [first = '', second = ''] = targetNames(finding);
  const cell = cells.get(fingerprint);
  return html`<li class="finding ${severity} ${status}" data-severity="${severity}" data-rule="${rule}" data-status="${status}" data-person="${user ? who(user) : ''}" data-group="${first}" data-also="${second}"${cell !== undefined && html` data-cell="${cell}"`}>
<span class="badge"><span class="sign" aria-hidden="true">${SIGNS[severity]}</span>${severity}</span>
<div class="body"><h3>${message}</h3>
<ul class="facts">
<li><code>${rule}</code></li>
${user && html`<li class="who"><span class="label">Person </span>${name(who(user))}</li>`}
${[first, second].map((each, index) => each !== '' && html`<li><span class="label">${index === 0 && finding.group ? 'Group ' : 'Role '}</span>${name(each)}</li>`)}
<li><span class="label">Policy </span>${place(location, report.run)}</li>
${facts(finding, report)}</ul>
${exceptionOf(finding)}${remedies(finding)}</div>
</li>
`;
}

function facts(finding: ReportedFinding, report: Report): Markup[] {
  const { controls, change, firstSeen, status } = finding;
  const age = ageOf(finding, report);
  return [
    ...(status === 'excepted' ? [html`<li class="mark">excepted</li>`] : []),
    ...(change ? [html`<li class="mark ${change}">${change}</li>`] : []),
    ...(age === 'new' ? [html`<li class="mark introduced">new</li>`] : []),
    ...(firstSeen !== undefined ? [html`<li>first seen ${firstSeen}</li>`] : []),
    ...controls.map((control) => html`<li class="control">${name(control)}</li>`),
  ];
}

function exceptionOf({ exception }: ReportedFinding): Markup | false {
  if (!exception) return false;
  const { owner, reason, expires, ticket } = exception;
  return html`<p class="excuse">Excused until ${expires} by ${name(owner)}: ${name(reason)}${ticket !== undefined && html` (${name(ticket)})`}</p>
`;
}

function remedies({ remedies: { leapsome, policy } }: ReportedFinding): Markup | false {
  if (leapsome === '' && policy === '') return false;
  return html`<details><summary>How to resolve</summary>
${leapsome !== '' && html`<p>${leapsome}</p>`}
${policy !== '' && html`<p>${policyRemedyTitle({ leapsome, policy })}</p>${block(policy)}`}</details>
`;
}
