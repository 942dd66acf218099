import { type Cell, type CellStyle, type CellValue, rangeRef, type WriteSheet, writeXlsx } from 'hucre/xlsx';
import type { Access } from '../model/access.ts';
import { FORMAT_FILES } from '../model/formats.ts';
import { CELL_CHARACTERS } from '../model/limits.ts';
import type { Material, Reporter, ReportFile } from '../model/material.ts';
import type { Report } from '../model/report.ts';
import {
  COLUMNS,
  type Column,
  DECISIONS,
  EVIDENCE_COLUMNS,
  EVIDENCE_HEADERS,
  type EvidenceRow,
  type Extent,
  evidenceRows,
  HEADERS,
  OTHER_COLUMNS,
  OTHER_HEADERS,
  otherRows,
  partName,
  reviewed,
  reviewRows,
  type Surface,
} from './access-review.ts';
import { visible } from './escape.ts';
import { cut, verdict } from './wording.ts';

/** A workbook is put together in memory: with more rows, a tenant of 100,000 people would not fit beside its population. */
const ROWS_A_FILE = 50_000;

const SHEETS = {
  review: 'Access review',
  evidence: 'Evidence',
  others: 'Other findings',
  failed: 'Could not check',
} as const;

/** What a style does not say of its font stays open. */
const FONT = { name: 'Calibri', size: 11 } as const;
const HEADER: CellStyle = {
  font: { ...FONT, bold: true },
  fill: { type: 'pattern', pattern: 'solid', fgColor: { rgb: 'D9E1F2' } },
};
const WRAPPED: CellStyle = { alignment: { wrapText: true, vertical: 'top' } };
const ALARM: CellStyle = { font: { ...FONT, bold: true, color: { rgb: 'C00000' } } };

type Row = readonly CellValue[];

/** The first day of the year 2000, as workbooks count days. */
const FIRST_DAY = '36526';

/** Line ends between findings are meant; everything else that cannot be seen is shown. */
const SURFACE: Surface<CellValue> = {
  text: (value) => literal(cut(visible(value), CELL_CHARACTERS)),
  lines: (values) => literal(cut(values.map(visible).join('\n'), CELL_CHARACTERS)),
  day: (day) => new Date(day),
  nothing: null,
  ids: false,
};

/** The access review for people: who has what, with lists to decide from, and the evidence, in as many files as it takes. */
export const xlsx: Reporter = (material) => workbooks(material, ROWS_A_FILE);

/** @param most rows of one file, without the header */
export async function* workbooks({ report, access }: Material, most: number): AsyncGenerator<ReportFile> {
  const review = reviewed(report, access);
  if (!review) {
    const evidence = evidenceSheet(report, { rows: 0, files: 1, others: 0, untold: [] });
    yield { name: FORMAT_FILES.xlsx, chunks: workbook([failedSheet(report), evidence], report) };
    return;
  }
  const rows = reviewRows(review, report, SURFACE);
  const others = [...otherRows(review, report, SURFACE)];
  let slice = upTo(most, rows);
  const total = slice.length < most ? slice.length : countOf(review);
  const files = Math.max(1, Math.ceil(total / most), Math.ceil(others.length / most));
  for (let file = 1; file <= files; file++) {
    const from = (file - 1) * most;
    const part = { file, from: from + 1, to: from + slice.length };
    const { untold } = review;
    const extent = { rows: total, files, others: others.length, untold, ...(files > 1 ? { part } : {}) };
    const sheets = [
      reviewSheet(slice),
      evidenceSheet(report, extent),
      othersSheet(others.slice(from, from + most)),
    ];
    yield { name: partName(FORMAT_FILES.xlsx, file), chunks: workbook(sheets, report) };
    slice = file < files ? upTo(most, rows) : [];
  }
}

function upTo(most: number, rows: Iterator<CellValue[]>): Row[] {
  const taken: Row[] = [];
  while (taken.length < most) {
    const { done, value } = rows.next();
    if (done) break;
    // The columns of the reviewer are most of a row, and cost as much as full ones.
    while (value.at(-1) === null) value.pop();
    taken.push(value);
  }
  return taken;
}

function countOf(access: Access): number {
  let holdings = 0;
  for (const _ of access.holdings()) holdings++;
  return holdings;
}

async function* workbook(sheets: WriteSheet[], { startedAt, tool }: Report): AsyncGenerator<Uint8Array> {
  // Nothing of the clock, so that the same report gives the same bytes.
  const at = new Date(startedAt);
  yield await writeXlsx({
    sheets,
    properties: { title: 'Access review', creator: tool.name, created: at, modified: at },
  });
}

type Cells = Map<string, Partial<Cell>>;

function reviewSheet(rows: readonly Row[]): WriteSheet {
  const plain = table(SHEETS.review, COLUMNS, rows, HEADERS.indexOf('Finding'));
  // The decision is far to the right: whom it is about stays in view.
  const sheet: WriteSheet = { ...plain, freezePane: { rows: 1, columns: 1 } };
  if (rows.length === 0) return sheet;
  const range = (header: Column): string => {
    const column = HEADERS.indexOf(header);
    return rangeRef(1, column, rows.length, column);
  };
  const always = { allowBlank: true, showErrorMessage: true } as const;
  return {
    ...sheet,
    dataValidations: [
      {
        ...always,
        type: 'list',
        values: [...DECISIONS],
        range: range('Decision'),
        errorTitle: 'Decision',
        errorMessage: `Choose one of ${DECISIONS.join(', ')}, or leave it empty.`,
      },
      {
        ...always,
        type: 'date',
        operator: 'greaterThanOrEqual',
        formula1: FIRST_DAY,
        range: range('Date'),
        errorTitle: 'Date',
        errorMessage: 'Enter the day of the decision as a date.',
      },
    ],
  };
}

function othersSheet(rows: readonly Row[]): WriteSheet {
  return table(SHEETS.others, OTHER_COLUMNS, rows, OTHER_HEADERS.indexOf('Finding'));
}

function evidenceSheet(report: Report, extent: Extent): WriteSheet {
  const rows = Array.from(evidenceRows(report, extent), evidenceCells);
  return table(SHEETS.evidence, EVIDENCE_COLUMNS, rows, EVIDENCE_HEADERS.indexOf('Value'));
}

function evidenceCells([section, item, value]: EvidenceRow): Row {
  return [section, SURFACE.text(item), typeof value === 'number' ? value : SURFACE.lines([value].flat())];
}

/** In place of the review, so that nobody takes an empty list for good news. */
function failedSheet(report: Report): WriteSheet {
  const { headline, meaning, next } = verdict(report, visible);
  const lines = [
    headline,
    meaning,
    next,
    'What was read, and why it is not enough, is on the sheet Evidence.',
  ];
  return {
    name: SHEETS.failed,
    columns: [{ width: 110 }],
    rows: lines.map((line) => [SURFACE.text(line)]),
    cells: new Map([['0,0', { style: ALARM }]]),
  };
}

/** A sheet with a header that stays in view, and filters; texts of the column `wrapped` may have several lines. */
function table(
  name: string,
  columns: Readonly<Record<string, number>>,
  rows: readonly Row[],
  wrapped: number,
): WriteSheet {
  const headers = Object.keys(columns);
  const cells: Cells = new Map(headers.map((_, column) => [`0,${column}`, { style: HEADER }]));
  for (const [index, row] of rows.entries())
    if (typeof row[wrapped] === 'string') cells.set(`${index + 1},${wrapped}`, { style: WRAPPED });
  return {
    name,
    columns: Object.values(columns).map((width) => ({ width })),
    rows: [headers, ...rows] as CellValue[][],
    cells,
    freezePane: { rows: 1 },
    autoFilter: { range: rangeRef(0, 0, rows.length, headers.length - 1) },
  };
}

/** ECMA-376 part 1, 22.9.2.19: `_x0041_` stands for a character in every text, so that its own underscore is escaped. */
const ESCAPE = /_(?=x[\da-f]{4}_)/gi;
/** The library writes a text like `#N/A` as the error that it looks like. */
const ERROR_VALUE = /^#(?=(?:[A-Z\d/]+[!?]|N\/A|GETTING_DATA)$)/;

/** A text that is read back as it is. */
function literal(text: string): string {
  const inert = text.includes('_') ? text.replace(ESCAPE, '_x005F_') : text;
  return inert.startsWith('#') ? inert.replace(ERROR_VALUE, '_x0023_') : inert;
}
