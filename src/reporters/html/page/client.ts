// Runs in the browser, in report.html: filters the findings, and makes the matrix something to walk through. Everything can
// be read without it. `npm run report-page` puts it into ../assets.ts. It only ever changes attributes and text.

export {};

/** The names of the filters, as they stand in the address after `#`. */
const FILTERS = ['q', 'severity', 'rule', 'person', 'group', 'status'] as const;
type Filter = (typeof FILTERS)[number];
type Wanted = Record<Filter, string>;

function byId<T extends HTMLElement>(id: string, type: new () => T): T | undefined {
  const found = document.getElementById(id);
  return found instanceof type ? found : undefined;
}

const list = byId('finding-list', HTMLOListElement);
const bar = byId('filters', HTMLDivElement);
if (list && bar) filterFindings(list, bar);

const matrix = byId('matrix-table', HTMLTableElement);
if (matrix) walkMatrix(matrix);

openForPrinting();

function filterFindings(findings: HTMLOListElement, controls: HTMLDivElement): void {
  const items = [...findings.children].filter((each) => each instanceof HTMLLIElement);
  const fields = new Map<Filter, HTMLInputElement | HTMLSelectElement>();
  for (const each of FILTERS) {
    const field = document.getElementById(`filter-${each}`);
    if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) fields.set(each, field);
  }
  const result = byId('filter-count', HTMLOutputElement);
  const empty = byId('no-match', HTMLParagraphElement);
  const clearers = [...document.querySelectorAll<HTMLButtonElement>('button.clear')];
  // Text is gathered when somebody searches, since most never do.
  let texts: string[] | undefined;

  function wanted(): Wanted {
    const value = (filter: Filter) => fields.get(filter)?.value ?? '';
    return {
      q: value('q'),
      severity: value('severity'),
      rule: value('rule'),
      person: value('person'),
      group: value('group'),
      status: value('status'),
    };
  }

  function matches(item: HTMLLIElement, index: number, want: Wanted, words: readonly string[]): boolean {
    const { severity, rule, status, person = '', group, also } = item.dataset;
    if (want.severity !== '' && severity !== want.severity) return false;
    if (want.rule !== '' && rule !== want.rule) return false;
    if (want.status !== '' && status !== want.status) return false;
    if (want.group !== '' && group !== want.group && also !== want.group) return false;
    if (!person.toLowerCase().includes(want.person.trim().toLowerCase())) return false;
    return words.every((word) => texts?.[index]?.includes(word));
  }

  function apply(): void {
    const want = wanted();
    const words = want.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length > 0) texts ??= items.map((item) => (item.textContent ?? '').toLowerCase());
    let found = 0;
    items.forEach((item, index) => {
      const isMatch = matches(item, index, want, words);
      if (isMatch) found++;
      if (item.hidden === isMatch) item.hidden = !isMatch;
    });
    const isFiltered = FILTERS.some((filter) => want[filter] !== '');
    const number = (value: number) => value.toLocaleString('en-US');
    const noun = items.length === 1 ? 'finding' : 'findings';
    if (result)
      result.textContent = isFiltered
        ? `${number(found)} of ${number(items.length)} ${noun}`
        : `${number(items.length)} ${noun}`;
    if (empty) empty.hidden = found > 0;
    for (const clearer of clearers) clearer.disabled = !isFiltered;
  }

  function remember(): void {
    const kept = new URLSearchParams();
    for (const [filter, value] of Object.entries(wanted())) if (value !== '') kept.set(filter, value);
    history.replaceState(null, '', `#${kept}`);
  }

  /** Sets the fields from the address. True when it holds a filter, and not just the name of a part of the page. */
  function recall(): boolean {
    const hash = location.hash.slice(1);
    if (!hash.includes('=')) return false;
    const kept = new URLSearchParams(hash);
    for (const [filter, field] of fields) {
      const value = kept.get(filter) ?? '';
      field.value = value;
      // A value that no finding has any more still filters: it is not dropped in silence.
      if (field instanceof HTMLSelectElement && field.value !== value) {
        field.add(new Option(value, value));
        field.value = value;
      }
    }
    apply();
    return true;
  }

  function change(): void {
    apply();
    remember();
  }

  function clear(): void {
    for (const field of fields.values()) field.value = '';
    change();
    fields.get('q')?.focus();
  }

  function toFindings(): void {
    document.getElementById('findings')?.scrollIntoView();
  }

  controls.hidden = false;
  controls.addEventListener('input', change);
  for (const clearer of clearers) clearer.addEventListener('click', clear);
  addEventListener('hashchange', () => {
    if (recall()) toFindings();
  });
  document.addEventListener('keydown', (event) => {
    const isTyping =
      event.target instanceof HTMLElement && /^(?:INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === '/' && isPlain && !isTyping) {
      event.preventDefault();
      toFindings();
      fields.get('q')?.focus({ preventScroll: true });
    } else if (event.key === 'Escape' && event.target instanceof Node && controls.contains(event.target)) {
      event.preventDefault();
      clear();
    }
  });
  if (recall()) toFindings();
}

function walkMatrix(table: HTMLTableElement): void {
  const detail = byId('cell-detail', HTMLParagraphElement);
  const places = [...(document.getElementById('places')?.children ?? [])].map(
    (each) => each.textContent ?? '',
  );
  const names = table.tHead?.rows[1];
  const rows = [...table.querySelectorAll('tbody tr')].filter(
    (row): row is HTMLTableRowElement => row instanceof HTMLTableRowElement && row.cells.length > 1,
  );
  let marked: Element[] = [];
  let current = rows[0]?.cells[1];

  const labelOf = (cell: Element | undefined): string => cell?.getAttribute('title') ?? '';

  function describe(cell: HTMLTableCellElement): string {
    const row = cell.parentElement as HTMLTableRowElement;
    const what = cell.textContent || 'does not have it';
    const at = cell.dataset.at === undefined ? '' : ` · ${places[Number(cell.dataset.at)] ?? ''}`;
    const number = Number(cell.dataset.findings ?? 0);
    const findings =
      number === 0 ? '' : ` · ${number} finding${number === 1 ? '' : 's'}: press Enter or click to list them`;
    return `${labelOf(row.cells[0])} × ${labelOf(names?.cells[cell.cellIndex])}: ${what}${at}${findings}`;
  }

  function show(cell: HTMLTableCellElement): void {
    const row = cell.parentElement as HTMLTableRowElement;
    for (const each of marked) each.classList.remove('crossed');
    marked = [row, ...[names?.cells[cell.cellIndex]].filter((each) => each !== undefined)];
    for (const each of marked) each.classList.add('crossed');
    if (detail) detail.textContent = describe(cell);
  }

  function moveTo(cell: HTMLTableCellElement | undefined): void {
    if (!cell) return;
    if (current) {
      current.tabIndex = -1;
      current.removeAttribute('aria-describedby');
    }
    current = cell;
    cell.tabIndex = 0;
    show(cell);
    cell.setAttribute('aria-describedby', 'cell-detail');
    cell.focus();
  }

  /** Lists the findings about what the cell stands for. */
  function list(cell: HTMLTableCellElement): void {
    if (cell.dataset.findings === undefined) return;
    const row = cell.parentElement as HTMLTableRowElement;
    const wanted = new URLSearchParams({ person: labelOf(row.cells[0]) });
    const column = names?.cells[cell.cellIndex];
    if (column?.dataset.type !== 'account') wanted.set('group', labelOf(column));
    location.hash = `#${wanted}`;
  }

  const cellOf = (target: EventTarget | null): HTMLTableCellElement | undefined => {
    const cell = target instanceof Element ? target.closest('td') : null;
    return cell && rows.includes(cell.parentElement as HTMLTableRowElement) ? cell : undefined;
  };

  function step(key: string, cell: HTMLTableCellElement): HTMLTableCellElement | undefined {
    const row = cell.parentElement as HTMLTableRowElement;
    const at = rows.indexOf(row);
    const last = row.cells.length - 1;
    if (key === 'ArrowRight') return row.cells[Math.min(last, cell.cellIndex + 1)];
    if (key === 'ArrowLeft') return row.cells[Math.max(1, cell.cellIndex - 1)];
    if (key === 'ArrowDown') return rows[at + 1]?.cells[cell.cellIndex];
    if (key === 'ArrowUp') return rows[at - 1]?.cells[cell.cellIndex];
    if (key === 'Home') return row.cells[1];
    if (key === 'End') return row.cells[last];
    return undefined;
  }

  if (detail) detail.hidden = false;
  table.setAttribute('role', 'grid');
  if (current) current.tabIndex = 0;
  table.addEventListener('mouseover', ({ target }) => {
    const cell = cellOf(target);
    if (cell) show(cell);
  });
  table.addEventListener('focusin', ({ target }) => {
    const cell = cellOf(target);
    if (cell) show(cell);
  });
  table.addEventListener('click', ({ target }) => {
    const cell = cellOf(target);
    if (cell) list(cell);
  });
  table.addEventListener('keydown', (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      list(cell);
      return;
    }
    if (!/^(?:Arrow(?:Left|Right|Up|Down)|Home|End)$/.test(event.key)) return;
    event.preventDefault();
    moveTo(step(event.key, cell));
  });
}

/** On paper nobody can unfold anything. */
function openForPrinting(): void {
  let opened: HTMLDetailsElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('details')].filter((each) => !each.open);
    for (const each of opened) each.open = true;
  });
  addEventListener('afterprint', () => {
    for (const each of opened) each.open = false;
  });
}
