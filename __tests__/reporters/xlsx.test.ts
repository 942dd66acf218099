import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isReportFile } from '../../src/model/formats.ts';
import { visible } from '../../src/reporters/escape.ts';
import { workbooks, xlsx } from '../../src/reporters/xlsx.ts';
import {
  book,
  entitlement,
  filesOf,
  holding,
  material,
  person,
  type ReadBook,
  valueIn,
} from './reviewing.ts';
import { at, drift, finding, nasty, problem, report, source } from './sample.ts';

const HEADERS = [
  ...['Person', 'Status', 'Manager', 'Entitlement', 'Kind', 'Expected', 'Policy line', 'Finding', 'Since'],
  ...['Decision', 'Reviewer', 'Date', 'Comment'],
];

async function opened(...made: Parameters<typeof material>): Promise<ReadBook> {
  const files = await filesOf(xlsx(material(...made)));
  expect([...files.keys()]).toEqual(['access-review.xlsx']);
  return book(files.get('access-review.xlsx'));
}

describe('access-review.xlsx', () => {
  const found = finding({ firstSeen: '2026-09-03' });
  const more = finding({ rule: 'separation-of-duties', message: 'two groups' });
  const rows = [
    holding({
      person: person({ manager: 'jo@example.com' }),
      entitlement: entitlement({ kind: 'other' }),
      expectation: 'forbidden',
      location: at(31),
      findings: [found, more],
    }),
    holding({ expectation: 'not-limited' }),
    holding({ entitlement: entitlement({ type: 'account', id: '', name: 'Leapsome account' }) }),
  ];

  test('has one row for each holding, the days as dates, and nothing where there is nothing', async () => {
    const { names, rows: read, sheet } = await opened(drift([found, more]), rows);
    expect(names).toEqual(['Access review', 'Evidence', 'Other findings']);
    expect(read('Access review')).toEqual([
      HEADERS,
      [
        ...['sam@example.com', 'active', 'jo@example.com', 'Payroll Admins', 'other group', 'forbidden'],
        '.github/leapsome-access-policy.yml:31',
        `unexpected-member (error): ${found.message}\nseparation-of-duties (error): two groups`,
        new Date('2026-09-03T00:00:00Z'),
        ...[null, null, null, null],
      ],
      expect.arrayContaining(['group', 'not limited']),
      expect.arrayContaining(['account', 'not governed']),
    ]);
    expect(sheet('Access review').I2).toMatchObject({ t: 'd', z: 'yyyy-mm-dd' });
    expect(sheet('Access review').A1?.t).toBe('s');
  });

  test('has a header and names that stay, filters over all rows, and lists for the decision and the date alone', async () => {
    const { sheet, part } = await opened(drift([found, more]), rows);
    expect(sheet('Access review')['!autofilter']).toEqual({ ref: 'A1:M4' });
    const xml = part('xl/worksheets/sheet1.xml');
    expect(xml).toMatch(
      /<pane xSplit="1" ySplit="1" topLeftCell="B2" state="frozen" activePane="bottomRight"\/>/,
    );
    const validations = xml.match(/<dataValidation .*?<\/dataValidation>/g)!;
    expect(validations).toHaveLength(2);
    expect(validations[0]).toMatch(/type="list"/);
    expect(validations[0]).toMatch(/sqref="J2:J4"/);
    expect(validations[0]).toContain('<formula1>"keep,revoke,change"</formula1>');
    expect(validations[1]).toMatch(/type="date"/);
    expect(validations[1]).toMatch(/sqref="L2:L4"/);
    for (const sheetXml of [2, 3].map((number) => part(`xl/worksheets/sheet${number}.xml`))) {
      expect(sheetXml).toContain('state="frozen"');
      expect(sheetXml).toContain('<autoFilter');
      expect(sheetXml).not.toContain('<dataValidation');
    }
  });

  test('has the same bytes for the same report', async () => {
    const bytes = async () =>
      (await filesOf(xlsx(material(drift([found]), rows)))).get('access-review.xlsx')!.toString('base64');
    expect(await bytes()).toBe(await bytes());
    expect((await opened(drift([found]), rows)).part('docProps/core.xml')).toContain('2026-10-01T00:00:00Z');
  });

  test('has ids where names do not tell', async () => {
    const people = ['x', 'y', 'z'].map((id) => person({ id, name: id === 'z' ? 'jo' : 'sam' }));
    const kinds = [
      entitlement({ id: 'a' }),
      entitlement({ id: 'b' }),
      entitlement({ id: 'c', kind: 'team' }),
    ];
    const rows = people.flatMap((one) => kinds.map((what) => holding({ person: one, entitlement: what })));
    const shown = (await opened(report(), rows)).rows('Access review').slice(1);
    expect(new Set(shown.map(([who]) => who))).toEqual(new Set(['sam (x)', 'sam (y)', 'jo']));
    expect(shown.slice(0, 3).map((row) => row[3])).toEqual([
      'Payroll Admins (a)',
      'Payroll Admins (b)',
      'Payroll Admins',
    ]);
    expect(new Set(shown.map((row) => row.join(' '))).size).toBe(9);
  });

  test.each([
    ['one that is spelled out and one that is written so', ['Fin\u202e', 'Fin\\u202e']],
    ['blanks that nobody sees', ['Payroll', 'Payroll ', 'Payroll', ' Payroll']],
    ['accents that are put together', ['Caf\u00e9', 'Cafe\u0301']],
    ['one that ends like another with its id', ['Payroll (b)', 'Payroll', 'Payroll']],
  ])('has ids where names only look alike: %s', async (_, names) => {
    const ids = ['a', 'b', 'c', 'd'];
    const rows = names.map((name, index) =>
      holding({
        person: person({ id: ids[index]!, name }),
        entitlement: entitlement({ id: ids[index]!, name }),
      }),
    );
    const shown = (await opened(report(), rows)).rows('Access review').slice(1);
    for (const column of [0, 3]) {
      const seen = shown.map((row) => String(row[column]).normalize().replace(/ +/g, ' ').trim());
      expect(new Set(seen).size).toBe(names.length);
    }
  });

  test('is in order without rows, too', async () => {
    const { rows: read, part } = await opened(report(), []);
    expect(read('Access review')).toEqual([HEADERS]);
    expect(part('xl/worksheets/sheet1.xml')).not.toContain('<dataValidation');
  });

  test('lists findings about no single person on a sheet of their own', async () => {
    const { user: _, ...about } = finding({ rule: 'unmanaged-group', message: 'no entry is about Payroll' });
    const { rows: read } = await opened(drift([found, about]), [
      holding({ person: person({ id: found.user!.id }) }),
    ]);
    expect(read('Other findings').slice(1)).toEqual([
      [
        ...['unmanaged-group', 'error', 'open', 'Payroll Admins', 'no entry is about Payroll'],
        ...['.github/leapsome-access-policy.yml:31', null, '5ecba01fb567a5d046582028'],
      ],
    ]);
  });

  test('is split into several files, each of which says what it holds of how much', async () => {
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => holding({ person: person({ id: name, name }) }));
    const { user: _, ...about } = finding({ rule: 'unmanaged-group' });
    const split = async (most: number, others: number) => {
      const made = drift(Array.from({ length: others }, () => about));
      const files = await filesOf(workbooks(material(made, people), most));
      expect([...files.keys()].every(isReportFile)).toBe(true);
      return [...files].map(([name, file]) => {
        const { rows: read, sheet } = book(file);
        const evidence = read('Evidence');
        const holds = read('Access review').slice(1);
        expect(sheet('Access review')['!autofilter']?.ref).toBe(`A1:M${holds.length + 1}`);
        const [rowsIn, filesIn, ofIt] = ['Rows', 'Files', 'This file'].map((item) =>
          valueIn(evidence, 'This review', item),
        );
        const people = holds.map(([who]) => who).join('');
        return `${name}: ${people}, ${read('Other findings').length - 1} others; ${rowsIn} ${filesIn} ${ofIt}`;
      });
    };
    expect(await split(2, 3)).toEqual([
      'access-review.xlsx: ab, 2 others; 5 3 1 of 3: rows 1 to 2',
      'access-review-2.xlsx: cd, 1 others; 5 3 2 of 3: rows 3 to 4',
      'access-review-3.xlsx: e, 0 others; 5 3 3 of 3: rows 5 to 5',
    ]);
    expect(await split(5, 6)).toEqual([
      'access-review.xlsx: abcde, 5 others; 5 2 1 of 2: rows 1 to 5',
      'access-review-2.xlsx: , 1 others; 5 2 2 of 2: no rows',
    ]);
    expect(await split(6, 0)).toEqual(['access-review.xlsx: abcde, 0 others; 5 1 undefined']);
  });

  test('has no review when the run could not check, and says why in its place', async () => {
    const made = report({
      result: 'could-not-check',
      problems: [problem({ code: 'incomplete', message: '249 of 250\nusers arrived.', location: at(3) })],
      findings: [finding()],
      sources: [source({ complete: false })],
    });
    for (const held of [rows, undefined]) {
      const { names, rows: read } = await opened(made, held);
      expect(names).toEqual(['Could not check', 'Evidence']);
      expect(read('Could not check')[0]).toEqual(['Could not check: incomplete']);
      expect(JSON.stringify(read('Could not check'))).not.toContain('sam@example.com');
      expect(read('Evidence').slice(1, 4)).toEqual([
        ['Verdict', 'Result', 'could-not-check'],
        ['Verdict', 'Meaning', expect.stringContaining('Could not check: incomplete')],
        [
          'Problems',
          'incomplete',
          '249 of 250\nusers arrived.\n.github/leapsome-access-policy.yml:3\nMake a new one.',
        ],
      ]);
      expect(valueIn(read('Evidence'), "Leapsome's SCIM API", 'Complete')).toBe('NO');
      expect(valueIn(read('Evidence'), 'This review', 'Rows')).toBe(0);
    }
  });
});

describe('every value is text as it was', () => {
  const TEXTS = [
    ...[
      "=cmd|' /C calc'!A0",
      '@SUM(1)',
      '+1',
      '-1',
      '\t=1',
      '\r=1',
      '1',
      '0012',
      '5e10',
      '2026-01-01',
      'TRUE',
    ],
    ...[
      '\0',
      '\ud800',
      '\ufffe',
      ']]>',
      '<c t="f">',
      '&amp;',
      '_x000D_',
      '_x0041_',
      '__x0041__',
      '_x_x0041_',
    ],
    ...[
      '_x005F_x0041_',
      '_X0041_',
      '_xZZZZ_',
      '#N/A',
      '#DIV/0!',
      '#N/A ',
      '#hash',
      ' lead',
      'trail ',
      '👩‍👩‍👧',
      "'x",
    ],
  ];

  /** The texts of a hostile workbook, each where it must stand. */
  async function check(text: string): Promise<void> {
    const found = finding({ rule: text, message: text, location: { ...at(1), file: text } });
    const { user: _, ...about } = finding({ message: text, rule: text, group: { id: text, name: text } });
    const rows = [
      holding({
        person: person({ name: text, id: text, manager: text }),
        entitlement: entitlement({ name: text, id: text }),
        findings: [found],
        location: found.location,
      }),
    ];
    const made = drift([found, about], { warnings: [text], run: { actor: text } });
    const { rows: read, sheet, part, parts, names } = await opened(made, rows);
    const shown = visible(text);
    // An empty value leaves an empty cell.
    const cell = shown === '' ? expect.anything() : shown;
    const [row = []] = read('Access review').slice(1);
    if (shown !== '') expect([row[0], row[2], row[3]]).toEqual(Array(3).fill(cell));
    expect(row.slice(6, 8)).toEqual([`${shown}:1`, `${shown} (error): ${shown}`]);
    if (shown !== '') expect(valueIn(read('Evidence'), 'Run', 'Actor')).toBe(shown);
    for (const name of names)
      for (const [at, value] of Object.entries(sheet(name)))
        if (!at.startsWith('!')) expect((value as { f?: string }).f).toBeUndefined();
    for (const path of parts.filter((path) => /sheet\d+\.xml$/.test(path))) {
      const xml = part(path.replace(/^.*?\/xl\//, 'xl/'));
      expect(xml).not.toMatch(/<f[ >/]/);
      expect(xml).not.toMatch(/ t="(?:e|str|b)"/);
    }
    expect(parts.filter((path) => /externalLink|vba|activeX/i.test(path))).toEqual([]);
  }

  test.each(TEXTS)('%j', async (text) => {
    await check(text);
  });

  test('whatever people and groups are called', async () => {
    await fc.assert(fc.asyncProperty(nasty, check), { numRuns: 60 });
  });

  test('a text that is too long for a cell is cut, and says so', async () => {
    const name = '_x0041_👩'.repeat(5000);
    const { rows: read } = await opened(report(), [holding({ person: person({ name }) })]);
    const shown = read('Access review')[1]![0] as string;
    expect(shown.length).toBeGreaterThan(32_760);
    expect(shown.length).toBeLessThanOrEqual(32_767);
    expect(name.startsWith(shown.slice(0, -1))).toBe(true);
    expect(shown.endsWith('…')).toBe(true);
  });
});
