import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readPolicy } from '../../src/policy/read.ts';
import { at, DAY, KEEP, record } from './records.ts';

const POLICY = 'version: 1\nreview: { cadence: 90d, records: access/reviews }\n';
let root: string;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'records-')));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(files: Readonly<Record<string, string | Buffer>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

const read = (path = '.github/policy.yml') => readPolicy({ path, workspace: root, allowOutside: false });

async function problems(path?: string) {
  const reading = await read(path);
  if (reading.problems.length > 0) expect(reading.policy).toBeUndefined();
  return reading.problems;
}

describe('where records are', () => {
  test('from the root, or beside the policy', async () => {
    put({ '.github/policy.yml': POLICY, [at()]: record({ jo: KEEP }) });
    const { policy, records } = await read();
    expect(policy!.review!.rounds).toMatchObject([{ file: at(), intact: true, started: DAY }]);
    expect(records).toEqual([{ path: at() }]);
    expect(policy!.locate(policy!.review!.rounds![0]!.startedPlace)).toMatchObject({ file: at(), line: 12 });
    rmSync(join(root, 'access'), { recursive: true });
    put({ [`.github/${at()}`]: record({ jo: KEEP }) });
    expect((await read()).policy!.review!.rounds).toMatchObject([{ file: `.github/${at()}` }]);
  });

  test('nowhere yet is no mistake', async () => {
    put({ '.github/policy.yml': POLICY });
    expect((await read()).policy!.review!.rounds).toEqual([]);
  });

  test('two directories are: nobody knows which one is meant', async () => {
    put({
      '.github/policy.yml': POLICY,
      [at()]: record({ jo: KEEP }),
      [`.github/${at()}`]: record({ jo: {} }),
    });
    expect(await problems()).toMatchObject([
      { code: 'policy-invalid', location: { file: '.github/policy.yml', line: 2, column: 34 } },
    ]);
  });

  test('a path up from the policy may stay in the repository', async () => {
    put({
      '.github/policy.yml': POLICY.replace('access/reviews', '../reviews'),
      [`reviews/${DAY}/payroll.yml`]: record({ jo: KEEP }),
    });
    expect((await read()).policy!.review!.rounds).toMatchObject([{ file: `reviews/${DAY}/payroll.yml` }]);
  });

  test.each(['/etc', 'access/../../../x', '../../../../etc'])('%s is refused', async (path) => {
    put({ '.github/policy.yml': POLICY.replace('access/reviews', JSON.stringify(path)) });
    expect(await problems()).toMatchObject([{ code: 'policy-invalid', location: { line: 2 } }]);
  });

  test('a file is refused', async () => {
    put({ '.github/policy.yml': POLICY, 'access/reviews': 'x' });
    expect((await problems())[0]!.message).toBe('access/reviews is not a directory.');
  });

  test('a link that leaves the repository is refused, one inside of it is not', async () => {
    const outside = realpathSync(mkdtempSync(join(tmpdir(), 'outside-')));
    try {
      put({ '.github/policy.yml': POLICY, [`kept/${DAY}/payroll.yml`]: record({ jo: KEEP }) });
      mkdirSync(join(root, 'access'));
      symlinkSync(outside, join(root, 'access/reviews'));
      expect((await problems())[0]!.message).toContain('is outside of the repository');
      rmSync(join(root, 'access/reviews'));
      symlinkSync('../kept', join(root, 'access/reviews'));
      expect((await read()).policy!.review!.rounds).toHaveLength(1);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });
});

describe('what is there', () => {
  const whole = record({ jo: KEEP });

  test('other files are left alone', async () => {
    put({
      '.github/policy.yml': POLICY,
      [at()]: whole,
      'access/reviews/README.md': '# x',
      'access/reviews/.gitkeep': '',
    });
    expect((await read()).policy!.review!.rounds).toHaveLength(1);
  });

  test.each([
    'access/reviews/payroll.yml',
    'access/reviews/payroll.YAML',
    'access/reviews/old/payroll.yml',
    'access/reviews/2026-02-30/payroll.yml',
    'access/reviews/2026-11-01/old/payroll.yml',
  ])('a record that lies at %s is not overlooked', async (path) => {
    put({ '.github/policy.yml': POLICY, [path]: whole });
    expect((await problems())[0]!.message).toBe(`${path} does not lie in the directory of a round.`);
  });

  test('links are refused', async () => {
    put({ '.github/policy.yml': POLICY, 'x.yml': whole, [`access/reviews/${DAY}/a.md`]: '' });
    symlinkSync('../../../x.yml', join(root, at()));
    expect((await problems())[0]!.message).toBe(`${at()} is a symbolic link.`);
  });

  test('two records of one group in one round are refused', async () => {
    put({ '.github/policy.yml': POLICY, [at()]: whole, [at(DAY, 'again')]: whole });
    const [problem] = await problems();
    expect(problem!.message).toContain(
      'error[duplicate-record]: the round of 2026-11-01 has two records of the same group',
    );
    expect(problem!.message).toContain(at(DAY, 'again'));
  });

  test('all mistakes of all records are told at once', async () => {
    put({
      '.github/policy.yml': POLICY,
      [at()]: whole.replace('decision:', 'decison:'),
      [at(DAY, 'b')]: Buffer.from([0xff, 0xfe]),
      [at(DAY, 'c')]: '',
    });
    expect((await problems()).map(({ code }) => code)).toEqual(Array(3).fill('policy-invalid'));
  });

  test('a hash that was altered is for the rules to tell', async () => {
    put({ '.github/policy.yml': POLICY, [at()]: whole.replace(/sha256: ".{8}/, 'sha256: "00000000') });
    expect((await read()).policy!.review!.rounds).toMatchObject([{ intact: false }]);
  });
});

test('more records than can be read are refused together', async () => {
  const one = record({ jo: KEEP });
  const huge = one.replace('comment:\n', `comment: "${','.repeat(1_100_000)}"\n`);
  put({ '.github/policy.yml': POLICY, [at()]: huge });
  expect(await problems()).toEqual([]);
  put({ [at('2026-11-02')]: huge.replaceAll(DAY, '2026-11-02') });
  expect((await problems()).map(({ message }) => message)).toContain(
    'access/reviews holds more records than are read: 5000 files, 64 MiB, or about 100,000 entitlements.',
  );
});

describe('code frames of records name nobody', () => {
  const text = record({ jo: KEEP, sam: {} });
  test.each([
    ['a user', text.replace('user: jo@example.com', 'user: [jo@example.com]')],
    ['a reviewer', text.replace('reviewer: ada@example.com', 'reviewer: ada@example.com: yes')],
    ['a comment', text.replace('comment:', 'comment: Ada: runs it')],
    ['a name that is no address', text.replace('user: jo@example.com', 'user: { name: jo }')],
    ['a key in quotes', text.replace('comment:', '"comment": [Ada Jo, is ill]')],
    [
      'an entry on one line',
      text.replace(/ {2}- user: jo[\s\S]*/, `  - {"user": "jo", "decison": keep, "comment": "Ada is ill"}\n`),
    ],
    ['a name for a key', text.replace('comment:', 'Ada Jo: leaves')],
    ['no colon', text.replace('comment:', 'comment Ada: Jo: x')],
    ['a further line of a comment', text.replace('comment:', 'comment: |\n      Ada is ill\n     Jo: y')],
  ])('%s', async (_what, broken) => {
    put({ '.github/policy.yml': POLICY, [at()]: broken });
    const [problem] = await problems();
    const line = broken.split('\n')[problem!.location!.line - 1]!;
    expect(text.split('\n')).not.toContain(line);
    const [, shown = ''] = /^\d+ \| (.*)$/m.exec(problem!.message)!;
    expect(problem!.message).not.toMatch(/\bjo\b|\bada\b|example/i);
    expect([shown.length, shown]).toEqual([line.length, expect.stringContaining('…')]);
  });
});
