/** Access reviews of a few people, and readers of their files that nobody here wrote. */
import { CFB, read, type WorkSheet } from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import type { Access, AccessPerson, Entitlement, Holding } from '../../src/model/access.ts';
import type { Material, ReportFile } from '../../src/model/material.ts';
import type { Report } from '../../src/model/report.ts';

export function person(change: Partial<AccessPerson> = {}): AccessPerson {
  return { id: '58d55e3ffdc2eb20547edd0a', name: 'sam@example.com', status: 'active', ...change };
}

export function entitlement(change: Partial<Entitlement> = {}): Entitlement {
  return {
    type: 'group',
    id: '5ecba01fb567a5d046582027',
    name: 'Payroll Admins',
    controls: [],
    locations: [],
    ...change,
  };
}

export function holding(change: Partial<Holding> = {}): Holding {
  return {
    person: person(),
    entitlement: entitlement(),
    expectation: 'not-governed',
    findings: [],
    ...change,
  };
}

export function material(report: Report, rows: readonly Holding[] | undefined): Material {
  const access: Access = {
    people: [...new Map(rows?.map((row) => [row.person.id, row.person])).values()],
    entitlements: [...new Map(rows?.map((row) => [row.entitlement.id, row.entitlement])).values()],
    *holdings() {
      yield* rows ?? [];
    },
  };
  return { report, access: rows && (() => access), rules: [] };
}

export type Files = ReadonlyMap<string, Buffer>;

/** Reads each file to its end before the next one, as the writer does. */
export async function filesOf(all: Iterable<ReportFile> | AsyncIterable<ReportFile>): Promise<Files> {
  const files = new Map<string, Buffer>();
  for await (const { name, chunks } of all) {
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(Buffer.from(chunk as string));
    files.set(name, Buffer.concat(parts));
  }
  return files;
}

/** All lines of a CSV file, the header first. */
export function lines(file: Buffer | undefined): string[][] {
  return parse(file!, { bom: true, relax_column_count: false });
}

/** What stands in an evidence list under a section and an item. */
export function valueIn(rows: readonly (readonly unknown[])[], section: string, item: string): unknown {
  return rows.find((row) => row[0] === section && row[1] === item)?.[2];
}

export interface ReadBook {
  readonly names: readonly string[];
  /** Values of a sheet by rows; `null` for nothing, days as dates. */
  readonly rows: (name: string) => unknown[][];
  readonly sheet: (name: string) => WorkSheet;
  /** The XML of a part of the archive. */
  readonly part: (path: string) => string;
  readonly parts: readonly string[];
}

export function book(file: Buffer | undefined): ReadBook {
  const workbook = read(file!, {
    type: 'buffer',
    cellFormula: true,
    cellNF: true,
    cellDates: true,
    UTC: true,
  });
  const archive = CFB.read(file!, { type: 'buffer' });
  const sheet = (name: string): WorkSheet => workbook.Sheets[name]!;
  return {
    names: workbook.SheetNames,
    sheet,
    rows: (name) => {
      const cells = sheet(name);
      const [, last] = cells['!ref']!.split(':');
      const width = last!.replace(/\d/g, '').charCodeAt(0) - 64;
      return Array.from({ length: Number(last!.replace(/\D/g, '')) }, (_, row) =>
        Array.from(
          { length: width },
          (_, column) => cells[`${String.fromCharCode(65 + column)}${row + 1}`]?.v ?? null,
        ),
      );
    },
    part: (path) => Buffer.from(CFB.find(archive, `/${path}`)!.content).toString('utf8'),
    parts: archive.FullPaths,
  };
}
