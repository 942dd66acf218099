import type { Location } from '../../model/problem.ts';
import type { RunInfo } from '../../model/report.ts';
import { policyUrl } from '../links.ts';
import { count, momentInWords, placeOf } from '../wording.ts';
import { type Content, html, type Markup } from './markup.ts';

/** A part of the page, under a heading that the navigation leads to. */
export function section(id: string, title: Content, content: Content): Markup {
  return html`<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${title}</h2>
${content}
</section>
`;
}

/** One column of a table; numbers stand to the right, short words stay in one line, names and longer texts have room. */
export interface Column<T> {
  readonly title: string;
  readonly cell: (item: T) => Content;
  readonly kind?: 'number' | 'short' | 'name' | 'wide' | 'title';
}

export interface Table<T> {
  readonly caption: string;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  /** At most so many rows; `rest` says what is left out, and where it is. */
  readonly limit: number;
  readonly rest: (left: number) => string;
}

/** A table that may be wider than the window, and that says what it leaves out. */
export function table<T>({ caption, columns, items, limit, rest }: Table<T>): Markup {
  const left = items.length - limit;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="plain">
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, kind }) => html`<th scope="col" class="${kind ?? ''}">${title}</th>`)}</tr></thead>
<tbody>
${items.slice(0, limit).map(
  (item) => html`<tr>${columns.map((column) => cellOf(column, item))}</tr>
`,
)}</tbody></table></div>
${left > 0 && html`<p class="rest">${rest(left)}</p>`}`;
}

function cellOf<T>({ kind, cell }: Column<T>, item: T): Markup {
  return kind === 'title'
    ? html`<th scope="row">${cell(item)}</th>`
    : html`<td class="${kind ?? ''}">${cell(item)}</td>`;
}

/** `file:line`, linked to the commit that was checked where that is known. */
export function place(location: Location, run: RunInfo): Markup {
  const url = policyUrl(location, run);
  const text = html`<code>${placeOf(location)}</code>`;
  return url === undefined ? text : link(url, text);
}

/** A link out of the report. The address must come from `links.ts`, which lets nothing but https through. */
export function link(url: string, content: Content): Markup {
  return html`<a href="${url}" rel="noopener noreferrer">${content}</a>`;
}

/** `2026-10-01T00:00:00.000Z` as `2026-10-01 00:00:00 UTC`; anything else as it is. */
export function moment(iso: string): Markup {
  const words = momentInWords(iso);
  return words === iso ? html`${iso}` : html`<time datetime="${iso}">${words}</time>`;
}

/** A link to the findings that this selects; the script reads it. */
export function findingsWith(
  filters: Readonly<Partial<Record<'rule' | 'severity' | 'status', string>>>,
): string {
  return `#${new URLSearchParams(filters)}`;
}

/** `3,120`, or a dash where there is nothing to tell. */
export function number(value: number | undefined): string {
  return value === undefined ? '–' : count(value);
}
