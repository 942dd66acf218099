import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Access } from '../../src/model/access.ts';
import { isReportFile } from '../../src/model/formats.ts';
import type { Report } from '../../src/model/report.ts';
import { csv, forCsv, tables } from '../../src/reporters/csv.ts';
import { visible } from '../../src/reporters/escape.ts';
import { entitlement, filesOf, holding, lines, material, person, valueIn } from './reviewing.ts';
import { at, drift, finding, nasty, problem, report, rule, source } from './sample.ts';

const HEADERS = [
  ...['Person', 'Status', 'Manager', 'Entitlement', 'Kind', 'Expected', 'Policy line', 'Finding', 'Since'],
  ...['Decision', 'Reviewer', 'Date', 'Comment', 'Person id', 'Entitlement id'],
];

describe('access-review.csv', () => {
  test('has one row for each holding, in the columns of a review', async () => {
    const open = finding({ firstSeen: '2026-09-03' });
    const excepted = finding({
      rule: 'requirement',
      status: 'excepted',
      message: 'sam@example.com must be among X',
      exception: { owner: '@acme/it', reason: 'x', expires: '2026-12-31' },
    });
    const rows = [
      holding({
        person: person({ status: 'inactive', manager: 'jo@example.com' }),
        expectation: 'unexpected',
        location: at(31),
        findings: [open, excepted],
      }),
      holding({ entitlement: entitlement({ type: 'account', id: '', name: 'Leapsome account' }) }),
      holding({ entitlement: entitlement({ kind: 'business-unit' }), expectation: 'not-limited' }),
      holding({ entitlement: entitlement({ type: 'role' }), expectation: 'expected', location: at(7) }),
    ];
    const files = await filesOf(csv(material(drift([open, excepted]), rows)));
    expect([...files.keys()]).toEqual([
      'access-review.csv',
      'access-review-findings.csv',
      'access-review-evidence.csv',
    ]);
    expect(lines(files.get('access-review.csv'))).toEqual([
      HEADERS,
      [
        ...['sam@example.com', 'deactivated', 'jo@example.com', 'Payroll Admins', 'group', 'no'],
        '.github/leapsome-access-policy.yml:31',
        `unexpected-member (error): ${open.message}; requirement (excepted until 2026-12-31 by @acme/it): sam@example.com must be among X`,
        ...['2026-09-03', '', '', '', '', '58d55e3ffdc2eb20547edd0a', '5ecba01fb567a5d046582027'],
      ],
      [
        ...['sam@example.com', 'active', '', 'Leapsome account', 'account', 'not governed', '', '', ''],
        ...['', '', '', '', '58d55e3ffdc2eb20547edd0a', ''],
      ],
      expect.arrayContaining(['business-unit', 'not limited']),
      expect.arrayContaining(['role', 'yes', '.github/leapsome-access-policy.yml:7']),
    ]);
  });

  test('is RFC 4180 with a byte-order mark', async () => {
    const rows = [holding({ person: person({ name: 'a "b", c' }) })];
    const text = (await filesOf(csv(material(report(), rows)))).get('access-review.csv')!.toString('utf8');
    expect(text.startsWith('\ufeffPerson,Status,')).toBe(true);
    expect(text.endsWith('\r\n')).toBe(true);
    expect(text.split('\r\n')).toHaveLength(3);
    expect(text.split('\r\n')[1]).toMatch(/^"a ""b"", c",active,/);
  });

  test('says since when only as far as an earlier report tells', async () => {
    const since = async (firstSeen: string | undefined, known: boolean) => {
      const found = finding(firstSeen === undefined ? {} : { firstSeen });
      const earlier = { startedAt: '2026-09-01T00:00:00.000Z', newFindings: 1, goneFindings: [] };
      const made = drift([found], known ? { since: earlier } : {});
      const files = await filesOf(csv(material(made, [holding({ findings: [found] })])));
      return lines(files.get('access-review.csv'))[1]![8];
    };
    expect(await since('2026-10-01', true)).toBe('2026-10-01');
    expect(await since('2026-10-01', false)).toBe('');
    // An earlier report of a run that came to no verdict gives no "since", and days all the same.
    expect(await since('2026-09-01', false)).toBe('2026-09-01');
    expect(await since(undefined, true)).toBe('');
  });

  test('goes on in further files beyond what a spreadsheet opens, and the evidence counts them', async () => {
    const people = ['a', 'b', 'c', 'd', 'e'].map((name) => holding({ person: person({ id: name, name }) }));
    const names = async (most: number, rows = people) => {
      const files = await filesOf(tables(material(report(), rows), most));
      expect([...files.keys()].every(isReportFile)).toBe(true);
      const evidence = lines(files.get('access-review-evidence.csv'));
      return {
        rows: [...files]
          .filter(([name]) => /review(-\d+)?\.csv/.test(name))
          .map(
            ([name, file]) =>
              `${name}: ${lines(file)
                .slice(1)
                .map(([one]) => one)
                .join(' ')}`,
          ),
        told: [valueIn(evidence, 'This review', 'Rows'), valueIn(evidence, 'This review', 'Files')],
      };
    };
    expect(await names(2)).toEqual({
      rows: ['access-review.csv: a b', 'access-review-2.csv: c d', 'access-review-3.csv: e'],
      told: ['5', '3'],
    });
    expect(await names(5)).toEqual({ rows: ['access-review.csv: a b c d e'], told: ['5', '1'] });
    expect(await names(5, [])).toEqual({ rows: ['access-review.csv: '], told: ['0', '1'] });
  });

  test('lists findings about no single person in a file of their own', async () => {
    const { user: _, ...unmanaged } = finding({
      rule: 'unmanaged-group',
      message: 'no entry is about Payroll',
    });
    const { user: __, group: ___, ...counted } = finding({ rule: 'account-count', message: 'too few' });
    const gone = finding({ rule: 'revocation-pending', user: { id: 'gone' }, message: 'user gone has left' });
    const found = finding({ user: { id: person().id } });
    const made = drift([found, unmanaged, counted, gone]);
    const files = await filesOf(csv(material(made, [holding({ findings: [found] })])));
    expect(lines(files.get('access-review-findings.csv'))).toEqual([
      ['Rule', 'Severity', 'Status', 'Group or role', 'Finding', 'Policy line', 'Since', 'Group or role id'],
      [
        ...['unmanaged-group', 'error', 'open', 'Payroll Admins', 'no entry is about Payroll'],
        ...['.github/leapsome-access-policy.yml:31', '', '5ecba01fb567a5d046582028'],
      ],
      ['account-count', 'error', 'open', '', 'too few', '.github/leapsome-access-policy.yml:31', '', ''],
      expect.arrayContaining(['revocation-pending', 'user gone has left']),
    ]);
  });

  test('has no row when the run could not check; the evidence says why', async () => {
    const made = report({
      result: 'could-not-check',
      problems: [problem({ code: 'incomplete', message: '249 of 250 users arrived.' })],
      findings: [finding()],
      sources: [source({ complete: false })],
    });
    for (const rows of [[holding()], undefined]) {
      const files = await filesOf(csv(material(made, rows)));
      expect(lines(files.get('access-review.csv'))).toEqual([HEADERS]);
      expect(lines(files.get('access-review-findings.csv'))).toHaveLength(1);
      const evidence = lines(files.get('access-review-evidence.csv'));
      expect(evidence.slice(0, 4)).toEqual([
        ['Section', 'Item', 'Value'],
        ['Verdict', 'Result', 'could-not-check'],
        ['Verdict', 'Meaning', expect.stringContaining('Could not check: incomplete')],
        ['Problems', 'incomplete', '249 of 250 users arrived.; Make a new one.'],
      ]);
      expect(valueIn(evidence, "Leapsome's SCIM API", 'Complete')).toBe('NO');
      expect(valueIn(evidence, 'This review', 'Rows')).toBe('0');
    }
  });
});

describe('the evidence', () => {
  test('holds what shows that everybody was read and everything judged', async () => {
    const made = report({
      personalData: 'mask',
      run: { repository: 'acme/access', sha: 'abc', runUrl: 'https://x.example/1', actor: 'jo' },
      rules: [
        { id: 'a', severity: 'error', status: 'pass', findings: 0 },
        { id: 'b', severity: 'error', status: 'fail', findings: 2, reason: 'level is unknown' },
        { id: 'c', severity: 'notice', status: 'not-evaluated', findings: 0, reason: 'only SCIM was read' },
        { id: 'd', severity: 'off', status: 'not-evaluated', findings: 0 },
      ],
      warnings: ['odd'],
      sources: [source({ reported: null, name: 'stackone', warnings: ['slow'] })],
    });
    const evidence = lines(
      (await filesOf(csv(material(made, [holding()])))).get('access-review-evidence.csv'),
    );
    const told = (section: string) =>
      evidence.filter((row) => row[0] === section).map(([, item, value]) => `${item}: ${value}`);
    expect(told('Run')).toEqual([
      'Program: leapsome-access-policy 0.1.0',
      'Started (UTC): 2026-10-01T00:00:00.000Z',
      'Finished (UTC): 2026-10-01T00:00:02.000Z',
      'Repository: acme/access',
      'Commit: abc',
      'URL: https://x.example/1',
      'Actor: jo',
      'Compared with the run of: no earlier run',
    ]);
    expect(told('Policy')).toEqual([
      `SHA-256: ${'cd'.repeat(32)}`,
      `.github/leapsome-access-policy.yml: ${'ef'.repeat(32)}`,
    ]);
    expect(told("StackOne's IAM API")).toEqual([
      'Endpoint: https://api.leapsome.com/scim/v1',
      'Complete: yes',
      'Requests: 3',
      'Retries: 0',
      'Refusals (HTTP 429): 0',
      'Pages: users 1, groups 1',
      'Reported: it announces no totals',
      'Received: users 812, groups 41',
      'Unique: users 812, groups 41',
    ]);
    expect(told('Population')).toEqual([
      'Users: 812',
      'Active users: 790',
      'Groups: 41',
      'Memberships: 3120',
    ]);
    expect(told('Rules')).toEqual([
      'a: pass (error)',
      'b: fail: 2 open findings (error); in part not evaluated: level is unknown',
      'c: NOT EVALUATED (notice): only SCIM was read',
      'd: off',
    ]);
    expect(told('Warnings')).toEqual([': odd', ": StackOne's IAM API: slow"]);
    expect(told('This review')).toContainEqual(expect.stringMatching(/^Personal data: masked/));
    expect(told('Words')).toContainEqual(expect.stringMatching(/^Expected: not governed: No line/));
  });
});

describe('the evidence claims no more than was checked', () => {
  const evidenceOf = async (made: Report, untold?: Access['untold']) => {
    const of = material(made, [holding()]);
    const access = of.access && untold ? { ...of.access(), untold } : of.access?.();
    const files = await filesOf(csv({ ...of, access: access && (() => access) }));
    return lines(files.get('access-review-evidence.csv'));
  };

  test('no rule passes in a run that could not check', async () => {
    const rules = [rule(), rule({ id: 'blind', status: 'not-evaluated', reason: 'no source tells' })];
    const problems = [problem({ code: 'ambiguous-group' })];
    const rows = await evidenceOf(report({ result: 'could-not-check', problems, rules }));
    expect(valueIn(rows, 'Rules', 'unexpected-member')).toBe(
      'NO ANSWER (error): the run could not check (ambiguous-group)',
    );
    expect(valueIn(rows, 'Rules', 'blind')).toBe('NOT EVALUATED (error): no source tells');
  });

  test('what no source tells is named, as it is missing from the rows', async () => {
    expect(valueIn(await evidenceOf(report(), ['roles', 'managers']), 'This review', 'Not in it')).toBe(
      'Access roles: no source tells who holds them.; Managers: no source tells them.',
    );
    expect(valueIn(await evidenceOf(report(), []), 'This review', 'Not in it')).toBeUndefined();
  });
});

describe('no value becomes a formula', () => {
  const FORMULAS = [
    ...["=cmd|' /C calc'!A0", '@SUM(1)', '+1', '-1', '\t=1', '\r=1', '\n=1', ' =1', '   -1', "'=1"],
    ...['\uff1d1', '\uff0b1', '\uff0d1', '\uff201', ' \uff1d1', '\u00a0=1', '\u202e=1', '\0=1', '"=1"'],
    ...['a;=1', 'a; =1', 'a;"=1"', "a;'=1", ';;@x', 'a;\t=1'],
  ];

  /** What a spreadsheet would calculate: at the start of a field, and behind a semicolon where that separates fields. */
  const runs = (field: string) =>
    /^ *[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(field) ||
    /;["' ]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/.test(field);

  async function cellsOf(text: string): Promise<string[]> {
    const rows = [
      holding({
        person: person({ name: text, id: text, manager: text }),
        entitlement: entitlement({ name: text, id: text }),
        findings: [finding({ rule: text, message: text })],
        location: { ...at(1), file: text },
      }),
    ];
    const { user: _, ...about } = finding({ message: text, rule: text, group: { id: text, name: text } });
    const made = drift([about], { warnings: [text], run: { actor: text, repository: text } });
    const files = await filesOf(csv(material(made, rows)));
    return [...files.values()].flatMap((file) => lines(file).slice(1)).flat();
  }

  test.each(FORMULAS)('%j', async (text) => {
    const cells = await cellsOf(text);
    expect(cells.filter(runs)).toEqual([]);
    expect(cells[0]!.replace(/^'/, '').replaceAll('\\u003b', ';')).toBe(visible(text));
  });

  test('whatever people and groups are called, and what was there can be told', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.constantFrom('', '=', '-', "'", ' @', ';+', '\t'), async (rest, start) => {
        const text = `${start}${rest}`;
        const cells = await cellsOf(text);
        expect(cells.filter(runs)).toEqual([]);
        if (text !== '')
          expect(cells[0]!.replace(/^'/, '').replaceAll('\\u003b', ';')).toBe(
            visible(text).replaceAll('\\u003b', ';'),
          );
      }),
      { numRuns: 200 },
    );
  });

  test('leaves harmless text as it is', () => {
    for (const text of ['Payroll', 'a=b', '1-2', 'Zoë 👩‍👩‍👧', 'a; b', '5e10', 'x@y'])
      expect(forCsv(text)).toBe(text);
  });
});
