import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CANARIES, DEMO_AS_OF } from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import { book, lines, valueIn } from '../reporters/reviewing.ts';
import { cli, type Finished, leapsome, workspace } from './harness.ts';

const POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');

interface Reviewed extends Finished {
  readonly cwd: string;
  readonly csv: readonly string[][];
  readonly others: readonly string[][];
  readonly evidence: readonly string[][];
  readonly book: ReturnType<typeof book>;
}

async function review(args: readonly string[] = [], policy = POLICY, cwd = workspace()): Promise<Reviewed> {
  const standIn = await leapsome();
  writeFileSync(join(cwd, 'policy.yml'), policy);
  const finished = await cli(
    [
      ...['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--report-dir', 'out'],
      ...['--formats', 'json,csv,xlsx', ...args],
    ],
    { cwd, env: environmentOf(standIn), reportDir: 'out' },
  );
  const read = (name: string) => readFileSync(join(cwd, 'out', name));
  const opened = book(read('access-review.xlsx'));
  const everything = [
    ...readdirSync(join(cwd, 'out')).map((name) => read(name).toString('utf8')),
    ...opened.parts
      .filter((path) => path.endsWith('.xml'))
      .map((path) => opened.part(path.replace(/^[^/]*\//, ''))),
  ].join('\n');
  for (const canary of [...CANARIES, standIn.token, standIn.apiSecret, standIn.stackoneKey])
    expect(everything).not.toContain(canary);
  return {
    ...finished,
    cwd,
    csv: lines(read('access-review.csv')),
    others: lines(read('access-review-findings.csv')),
    evidence: lines(read('access-review-evidence.csv')),
    book: opened,
  };
}

describe('an access review of the sample company', () => {
  it('has every account, every membership and every finding once, in both formats alike', async () => {
    const { report, csv, others, evidence, book, files } = await review(['--personal-data', 'show']);
    expect(report?.result).toBe('drift');
    expect(files).toEqual(expect.arrayContaining(['access-review.csv', 'access-review.xlsx']));
    const [, ...rows] = csv;
    const cell = (row: readonly string[], column: string) => row[csv[0]!.indexOf(column)]!;
    const accounts = rows.filter(
      (row) => cell(row, 'Kind') === 'account' && cell(row, 'Status') !== 'deactivated',
    );
    const { population, findings } = report!;
    expect(accounts).toHaveLength(population!.activeUsers + (population!.pendingUsers ?? 0));
    const held = rows.filter(
      (row) => !['account', 'role'].includes(cell(row, 'Kind')) && cell(row, 'Expected') !== 'missing',
    );
    expect(held.length).toBe(population!.memberships);
    const told = rows.map((row) => cell(row, 'Finding')).filter((text) => text !== '');
    for (const { message, user } of findings) {
      const places = user ? told : others.slice(1).map((row) => row.join(' '));
      expect([message, places.filter((text) => text.includes(message)).length]).toEqual([message, 1]);
    }
    expect(others).toHaveLength(1 + findings.filter(({ user }) => !user).length);
    expect(new Set(rows.map((row) => cell(row, 'Kind')))).toEqual(
      new Set([
        'account',
        'team',
        'department',
        'business-unit',
        'cost-center',
        'division',
        'other group',
        'role',
      ]),
    );
    expect(book.rows('Access review').map((row) => row.map((value) => value ?? ''))).toEqual(
      csv.map((row) => row.slice(0, -2).map((value) => value.replaceAll(/; (?=[a-z-]+ \()/g, '\n'))),
    );
    expect(valueIn(evidence, 'Verdict', 'Result')).toBe('drift');
    expect(valueIn(evidence, 'This review', 'Rows')).toBe(String(rows.length));
    expect(valueIn(book.rows('Evidence'), 'This review', 'Rows')).toBe(rows.length);
    for (const source of ["Leapsome's SCIM API", "Leapsome's Content API", "StackOne's IAM API"])
      expect(valueIn(evidence, source, 'Complete')).toBe('yes');
  });

  it('says since when, once there is an earlier report', async () => {
    const first = await review(['--personal-data', 'show']);
    const since = (rows: readonly string[][]) => new Set(rows.slice(1).map((row) => row[8]));
    expect(since(first.csv)).toEqual(new Set(['']));
    writeFileSync(join(first.cwd, 'old.json'), JSON.stringify(first.report));
    const second = await review(
      ['--personal-data', 'show', '--previous-report', 'old.json'],
      POLICY,
      first.cwd,
    );
    expect(since(second.csv)).toEqual(new Set(['', DEMO_AS_OF.slice(0, 10)]));
    expect(second.book.rows('Access review').some((row) => row[8] instanceof Date)).toBe(true);
    expect(valueIn(second.evidence, 'Run', 'Compared with the run of')).toBe(first.report!.startedAt);
  });

  it('names nobody who is masked', async () => {
    const { csv, evidence, report } = await review(['--personal-data', 'mask']);
    expect(valueIn(evidence, 'This review', 'Personal data')).toMatch(/^masked/);
    const named = new Set(POLICY.match(/[\w.-]+@[\w.-]+/g));
    const addresses = csv.slice(1).flatMap((row) => row.join(' ').match(/[\w.-]+@[\w.-]+\.\w+/g) ?? []);
    expect(addresses.filter((address) => !named.has(address))).toEqual([]);
    expect(csv.slice(1).filter(([person]) => /^user \w{8}…\w{4}$/.test(person!)).length).toBeGreaterThan(50);
    expect(report?.personalData).toBe('mask');
  });

  it('has no row when the run could not check', async () => {
    const { code, csv, others, evidence, book } = await review(
      [],
      POLICY.replace(/min-users: \d+/, 'min-users: 5000'),
    );
    expect(code).toBe(2);
    expect(csv).toHaveLength(1);
    expect(others).toHaveLength(1);
    expect(book.names).toEqual(['Could not check', 'Evidence']);
    expect(valueIn(evidence, 'Verdict', 'Result')).toBe('could-not-check');
    expect(valueIn(evidence, 'Problems', 'implausible-population')).toContain('5000');
  });

  it('leaves no file of an earlier, longer review behind', async () => {
    const cwd = workspace({
      'out/access-review-2.xlsx': 'old',
      'out/access-review-3.csv': 'old',
      'out/mine.csv': 'x',
    });
    await review([], POLICY, cwd);
    expect(existsSync(join(cwd, 'out/access-review-2.xlsx'))).toBe(false);
    expect(existsSync(join(cwd, 'out/access-review-3.csv'))).toBe(false);
    expect(existsSync(join(cwd, 'out/mine.csv'))).toBe(true);
  });
});
