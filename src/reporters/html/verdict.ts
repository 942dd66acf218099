import type { Report, Result } from '../../model/report.ts';
import { SEVERITIES } from '../../model/severity.ts';
import { sinceInWords } from '../history.ts';
import { runPage } from '../links.ts';
import { previewInWords } from '../preview.ts';
import { doubtOf } from '../standing.ts';
import { count, populationLine, ruleTotals, verdict } from '../wording.ts';
import { html, type Markup, name } from './markup.ts';
import { findingsWith, link, moment } from './pieces.ts';

/** The verdict in a shape each, so that it does not take colours to tell them apart. */
const ICONS: Record<Result, Markup> = {
  'in-sync': html`<svg class="icon" viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="22"/><path d="m14 25 7 7 14-15"/></svg>`,
  drift: html`<svg class="icon" viewBox="0 0 48 48" aria-hidden="true"><path d="M15 2h18l13 13v18L33 46H15L2 33V15Z"/><path d="m16 16 16 16m0-16L16 32"/></svg>`,
  'could-not-check': html`<svg class="icon" viewBox="0 0 48 48" aria-hidden="true"><path d="M24 4 46 43H2Z"/><path d="M19 22c0-7 10-7 10-1 0 4-5 4-5 9m0 5v1"/></svg>`,
};

/** The verdict, and the few numbers that everybody wants to know. */
export function masthead(report: Report): Markup {
  return html`<header class="masthead">
<div class="brand"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 3h7v7H3zM14 3h7v7h-7zM3 14h7v7H3z"/><path class="odd" d="M14 14h7v7h-7z"/></svg><span>Leapsome Access Policy</span></div>
<p class="origin">${origin(report)}</p>
</header>
`;
}

function origin({ run, asOf }: Report): Markup {
  const page = runPage(run);
  return html`${run.repository !== undefined && html`${name(run.repository)} · `}as of ${moment(asOf)}${page !== undefined && html` · ${link(page, 'this run')}`}`;
}

/** What the run came to, what that means, and what to do now. */
export function verdictBanner(report: Report): Markup {
  const { headline, meaning, next } = verdict(report, (text) => text);
  return html`<section class="verdict ${report.result}" aria-labelledby="verdict">
${ICONS[report.result]}
<div><h1 id="verdict">${headline}</h1>
<p class="meaning">${meaning}</p>
<p class="next"><b>What to do:</b> ${next}</p>
${report.preview && html`<p class="preview">${previewInWords(report.preview)}</p>`}</div>
</section>
<div class="tiles">
${tiles(report)}</div>
<p class="read">${populationLine(report)}${doubtOf(report) === undefined && ` Rules: ${ruleTotals(report.rules)}.`}${report.since && ` ${sinceInWords(report.since)}`} ${maskingLine(report)}</p>
`;
}

function maskingLine({ personalData }: Report): string {
  return personalData === 'mask'
    ? 'People whom the policy does not name are masked.'
    : 'This report names people.';
}

function tiles({ counts, population, result }: Report): Markup[] {
  // A zero would look like good news where not everything could be judged.
  const isShown = (number: number) => number > 0 || result !== 'could-not-check';
  const heavy = SEVERITIES.filter((severity) => isShown(counts[severity])).map((severity) =>
    tile(
      counts[severity],
      `${severity}${counts[severity] === 1 ? '' : 's'}`,
      severity,
      findingsWith({ severity, status: 'open' }),
    ),
  );
  const findings = isShown(counts.excepted)
    ? [...heavy, tile(counts.excepted, 'excepted', 'excepted', findingsWith({ status: 'excepted' }))]
    : heavy;
  if (population === null) return findings;
  return [
    ...findings,
    tile(population.activeUsers, 'active people', 'size'),
    tile(population.groups, population.groups === 1 ? 'group' : 'groups', 'size'),
    tile(population.memberships, population.memberships === 1 ? 'membership' : 'memberships', 'size'),
  ];
}

function tile(value: number, label: string, kind: string, target?: string): Markup {
  const content = html`<b>${count(value)}</b> <span>${label}</span>`;
  return value > 0 && target !== undefined
    ? html`<a class="tile ${kind}" href="${target}">${content}</a>
`
    : html`<div class="tile ${kind} ${value === 0 && 'none'}">${content}</div>
`;
}
