// Runs in the browser, in report.html: filters the findings, and makes the matrix something to walk through. Everything can
// be read without it. `npm run report-page` puts it into ../assets.ts. It only ever changes attributes and text.

export {};

/** The names of the filters, as they stand in the address after `#`; each has a field. */
const FILTERS = ['q', 'severity', 'rule', 'person', 'group', 'status'] as const;
type Filter = (typeof FILTERS)[number];
type Wanted = Record<Filter, string>;

/** A cell of the matrix. Its findings know its place, since several people or groups may have one name. */
interface Cell {
  /** `ROW.COLUMN` */
  readonly place: string;
  readonly person: string;
  /** Name of the group or role; empty for the account. */
  readonly group: string;
  /** What the cell is called. */
  readonly label: string;
}
type CellAt = (place: string) => Cell | undefined;

function byId<T extends HTMLElement>(id: string, type: new () => T): T | undefined {
  const found = document.getElementById(id);
  return found instanceof type ? found : undefined;
}

const list = byId('finding-list', HTMLOListElement);
const bar = byId('filters', HTMLDivElement);
const matrix = byId('matrix-table', HTMLTableElement);
const cellAt: CellAt = matrix ? walkMatrix(matrix) : () => undefined;
if (list && bar) filterFindings(list, bar, cellAt);

openForPrinting();

function filterFindings(findings: HTMLOListElement, controls: HTMLDivElement, cellAt: CellAt): void {
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
  // Set by a click into the matrix, until somebody asks for another person or group.
  let cell: Cell | undefined;
  const people = new Set(items.map((item) => (item.dataset.person ?? '').toLowerCase()));

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
    const { severity, rule, status } = item.dataset;
    if (want.severity !== '' && severity !== want.severity) return false;
    if (want.rule !== '' && rule !== want.rule) return false;
    if (want.status !== '' && status !== want.status) return false;
    if (cell ? item.dataset.cell !== cell.place : !concerns(item, want)) return false;
    return words.every((word) => texts?.[index]?.includes(word));
  }

  /** A whole name means whoever is called so; a part of one, everybody in whose name it is. */
  function concerns({ dataset }: HTMLLIElement, want: Wanted): boolean {
    const { group, also } = dataset;
    if (want.group !== '' && group !== want.group && also !== want.group) return false;
    const person = (dataset.person ?? '').toLowerCase();
    const wanted = want.person.trim().toLowerCase();
    return people.has(wanted) ? wanted === '' || person === wanted : person.includes(wanted);
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
        ? `${number(found)} of ${number(items.length)} ${noun}${cell ? `: ${cell.label}` : ''}`
        : `${number(items.length)} ${noun}`;
    if (empty) empty.hidden = found > 0;
    for (const clearer of clearers) clearer.disabled = !isFiltered;
  }

  function remember(): void {
    const kept = new URLSearchParams();
    for (const [filter, value] of Object.entries(wanted())) if (value !== '') kept.set(filter, value);
    if (cell) kept.set('cell', cell.place);
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
    // In another report, that place may be somebody else's.
    const at = cellAt(kept.get('cell') ?? '');
    const isTheSame = at?.person === kept.get('person') && at?.group === (kept.get('group') ?? '');
    cell = isTheSame ? at : undefined;
    apply();
    return true;
  }

  function change(): void {
    const want = wanted();
    if (want.person !== cell?.person || want.group !== cell.group) cell = undefined;
    apply();
    remember();
  }

  function clear(): void {
    for (const field of fields.values()) field.value = '';
    cell = undefined;
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

/** A name of any script, which must not turn around the text beside it; written so that the made script has nothing unseen. */
function isolated(name: string): string {
  return String.fromCodePoint(0x2068) + name + String.fromCodePoint(0x2069);
}

function walkMatrix(table: HTMLTableElement): CellAt {
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

  // The page lists no more findings than it can, so that a cell may have some that are not among them.
  const listed = new Map<string, number>();
  for (const { dataset } of document.querySelectorAll<HTMLElement>('#finding-list > li[data-cell]'))
    if (dataset.cell) listed.set(dataset.cell, (listed.get(dataset.cell) ?? 0) + 1);

  const labelOf = (cell: Element | undefined): string => cell?.getAttribute('title') ?? '';

  function told(cell: HTMLTableCellElement): Cell {
    const row = cell.parentElement as HTMLTableRowElement;
    const column = names?.cells[cell.cellIndex];
    const person = labelOf(row.cells[0]);
    return {
      place: `${rows.indexOf(row)}.${cell.cellIndex}`,
      person,
      group: column?.dataset.type === 'account' ? '' : labelOf(column),
      label: `${isolated(person)} × ${isolated(labelOf(column))}`,
    };
  }

  function describe(cell: HTMLTableCellElement): string {
    const { label, place } = told(cell);
    const what = cell.textContent || 'does not have it';
    const at = cell.dataset.at === undefined ? '' : ` · ${places[Number(cell.dataset.at)] ?? ''}`;
    const number = Number(cell.dataset.findings ?? 0);
    return `${label}: ${what}${at}${number === 0 ? '' : ` · ${invitation(number, listed.get(place) ?? 0)}`}`;
  }

  function invitation(number: number, here: number): string {
    const findings = `${number} finding${number === 1 ? '' : 's'}`;
    if (here === 0) return `${findings}, see report.json`;
    if (here < number)
      return `${findings}: press Enter or click to list ${here} of them, the rest is in report.json`;
    return `${findings}: press Enter or click to list them`;
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
    const { place, person, group } = told(cell);
    if (!listed.has(place)) return;
    const wanted = new URLSearchParams({ person });
    if (group !== '') wanted.set('group', group);
    wanted.set('cell', place);
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

  return (place) => {
    const [row, column] = place.split('.').map(Number);
    const cell = rows[row ?? -1]?.cells[column ?? -1];
    return cell && told(cell);
  };
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
