import type { Entitlement, Expectation } from '../../model/access.ts';
import { count, counted, placeOf } from '../wording.ts';
import { EXPECTATION_WORDS, EXPECTATIONS_SHOWN } from './expectations.ts';
import { html, type Markup, name } from './markup.ts';
import type { Cell, ColumnKind, EntitlementTally, Matrix, Row } from './matrix.ts';
import { number, table } from './pieces.ts';

const ENTITLEMENTS_LISTED = 500;
const KINDS = {
  account: undefined,
  role: 'Roles',
  group: 'Groups in the policy',
  'other-group': 'Groups that the policy leaves alone',
} as const satisfies Record<ColumnKind, string | undefined>;

/** People by groups and roles, as a picture that is a table; in pieces, since it may have thousands of cells. */
export function* matrixSection(matrix: Matrix): Generator<Markup> {
  const places = new Places();
  yield html`<section id="matrix" aria-labelledby="matrix-title">
<h2 id="matrix-title">Who has what</h2>
<p class="lead">${leadOf(matrix)}</p>
${legend(matrix)}
<p class="detail" id="cell-detail" hidden>Point at a cell, or move through them with the arrow keys.</p>
<div class="scroll matrix-frame" role="region" aria-label="People by groups and roles" tabindex="0"><table class="matrix" id="matrix-table">
<caption class="away">People in rows, groups and roles in columns; each cell says what the policy makes of it</caption>
${head(matrix)}
`;
  yield* body(matrix.withFindings, 'with findings', matrix, places);
  yield* body(matrix.others, 'without findings', matrix, places);
  yield html`</table></div>
<ul id="places" hidden>${places.all().map((each) => html`<li>${each}</li>`)}</ul>
</section>
`;
}

/** What is to be seen, and what is not. */
function leadOf({ columns, withFindings, others, left }: Matrix): string {
  const people = withFindings.length + others.length;
  const shown = people === 1 ? '1 person' : `${count(people)} people`;
  const missing = [
    left.withFindings > 0 && `${count(left.withFindings)} more with findings`,
    left.others > 0 && `${count(left.others)} without findings`,
  ].filter((part) => part !== false);
  const across = columns.filter(({ type }) => type !== 'account').length;
  const parts = [
    `${shown} by ${across === 1 ? '1 group or role' : `${count(across)} groups and roles`}.`,
    ...(missing.length > 0 ? [`Left out to stay legible: ${missing.join(', ')}.`] : []),
    ...(left.columns > 0
      ? [`Only in the numbers below: ${count(left.columns)} that few people have, or nobody.`]
      : []),
  ];
  return parts.join(' ');
}

function legend({ totals, withFindings }: Matrix): Markup {
  const hasExcepted = withFindings.some(({ excepted }) => excepted > 0);
  const hasOpen = withFindings.some(({ open }) => open > 0);
  return html`<ul class="legend">
${EXPECTATIONS_SHOWN.filter((each) => totals[each] > 0).map((each) => {
  const [word, meaning] = EXPECTATION_WORDS[each];
  return html`<li><span class="key ${each}" aria-hidden="true"></span><b>${word}</b> ${count(totals[each])} <span class="meaning">${meaning}</span></li>
`;
})}${
  hasExcepted &&
  html`<li><span class="key excused" aria-hidden="true"></span><b>excepted</b> <span class="meaning">an exception excuses it for now</span></li>
`
}${hasOpen && html`<li><span class="dot" aria-hidden="true"></span><b>dot</b> <span class="meaning">there is a finding about it</span></li>`}</ul>
`;
}

function head({ columns, kinds }: Matrix): Markup {
  return html`<thead>
<tr class="kinds"><td></td>${kinds.map(([kind, { length }]) => {
    const title = KINDS[kind];
    return title === undefined
      ? html`<td></td>`
      : html`<th scope="colgroup" colspan="${length}">${title}</th>`;
  })}</tr>
<tr><th scope="col" class="corner">Person</th>${columns.map((column) => {
    const label = column.name === '' ? column.id : column.name;
    return html`<th scope="col" title="${label}" data-type="${column.type}"><span>${name(label)}</span></th>`;
  })}</tr>
</thead>`;
}

function* body(rows: readonly Row[], title: string, { columns }: Matrix, places: Places): Generator<Markup> {
  if (rows.length === 0) return;
  yield html`<tbody>
<tr class="band"><th scope="rowgroup" colspan="${columns.length + 1}"><span>${count(rows.length)} ${title}</span></th></tr>
`;
  for (const row of rows) yield rowView(row, columns, places);
  yield html`</tbody>
`;
}

function rowView({ person, cells }: Row, columns: readonly Entitlement[], places: Places): Markup {
  return html`<tr><th scope="row" title="${person.name}">${name(person.name)}${person.status !== 'active' && html` <span class="state">${person.status}</span>`}</th>${columns.map(
    (column) => cellView(cells.get(column), places),
  )}</tr>
`;
}

const NOTHING = html`<td></td>`;

function cellView(cell: Cell | undefined, places: Places): Markup {
  if (!cell) return NOTHING;
  const { expectation, location, open, excepted } = cell;
  const at = location && html` data-at="${places.add(placeOf(location))}"`;
  const findings = open + excepted;
  const marks = open === 0 && excepted > 0 ? ' excused' : open > 0 ? ' found' : '';
  return html`<td class="${expectation}${marks}"${at}${findings > 0 && html` data-findings="${findings}"`}><span>${wordOf(expectation)}${marks === ' excused' && ', excepted'}</span></td>`;
}

function wordOf(expectation: Expectation): string {
  return EXPECTATION_WORDS[expectation][0];
}

/** Places in the policy that many cells point to, each written once. */
class Places {
  readonly #numbers = new Map<string, number>();

  add(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }

  all(): readonly string[] {
    return [...this.#numbers.keys()];
  }
}

/** Every group and role in numbers and as a bar, over everybody who was read. */
export function entitlementsSection({ tallies }: Matrix): Markup {
  const seen = EXPECTATIONS_SHOWN.filter((each) => tallies.some(({ counts }) => counts[each] > 0));
  return html`<section id="entitlements" aria-labelledby="entitlements-title">
<h2 id="entitlements-title">Groups and roles in numbers</h2>
${table<EntitlementTally>({
  caption: 'How many people have what, and what the policy makes of it; everybody counts',
  columns: [
    { title: 'Name', kind: 'title', cell: ({ entitlement }) => labelOf(entitlement) },
    {
      title: 'Owner',
      kind: 'name',
      cell: ({ entitlement: { owner } }) => (owner === undefined ? '–' : name(owner)),
    },
    { title: 'Share', cell: bar },
    { title: 'Held by', kind: 'number', cell: ({ held }) => number(held) },
    ...seen.map((each) => ({
      title: EXPECTATION_WORDS[each][0],
      kind: 'number' as const,
      cell: ({ counts }: EntitlementTally) =>
        counts[each] === 0 ? html`<span class="zero">0</span>` : number(counts[each]),
    })),
  ],
  items: tallies,
  limit: ENTITLEMENTS_LISTED,
  rest: (left) =>
    `${counted(left, 'more group')} or role${left === 1 ? '' : 's'} with fewer findings; the formats csv and xlsx have all.`,
})}</section>
`;
}

function labelOf({ type, kind, name: text, id }: Entitlement): Markup {
  return html`${name(text === '' ? id : text)} <span class="kind">${type === 'account' ? '' : (kind ?? type)}</span>`;
}

const BAR_WIDTH = 160;

/** The numbers beside it say the same. */
function bar({ counts }: EntitlementTally): Markup {
  const total = EXPECTATIONS_SHOWN.reduce((sum, each) => sum + counts[each], 0);
  let x = 0;
  const parts = EXPECTATIONS_SHOWN.filter((each) => counts[each] > 0).map((each) => {
    // A sliver of a percent must still be seen.
    const width = Math.max(2, (counts[each] / total) * BAR_WIDTH);
    const part = html`<rect class="${each}" x="${x.toFixed(1)}" width="${width.toFixed(1)}" height="12"/>`;
    x += width;
    return part;
  });
  const span = Math.max(BAR_WIDTH, x).toFixed(1);
  return html`<svg class="bar" viewBox="0 0 ${span} 12" preserveAspectRatio="none" aria-hidden="true">${parts}</svg>`;
}
