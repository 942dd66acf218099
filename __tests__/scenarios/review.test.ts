import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { BRIGHTWATER, type Company } from '../../demo/company.ts';
import type { Fault } from '../../demo/faults.ts';
import { ReportSchema } from '../../src/reporters/report-schema.ts';
import { type Filled, fill } from '../review/records.ts';
import { only } from './doctor.ts';
import { action, cli, type Finished, leapsome, workspace } from './harness.ts';
import { filesIn, read } from './init.ts';
import { BASE, base, HEAD, preview } from './preview.ts';

const GROUP = 'Payroll Admins';
const POLICY = `version: 1
groups:
  - name: ${GROUP}
    owner: "@acme/finance"
    members: { at-most: [everyone] }
review: { cadence: 90d, records: access/reviews }
rules: { unmanaged-group: off, leaver-active: off, inactive-member: off, inactive-manager: off }
`;
const FILE = 'access/reviews/2026-11-01/payroll-admins.yml';
const REVIEWER = 'henrik.solberg@brightwater.example';
const KEEP: Filled = { decision: 'keep', reviewer: REVIEWER, date: '2026-11-05' };

interface RecordFile {
  readonly id: string;
  readonly sha256: string;
  readonly entitlements: readonly { readonly id: string; readonly user: string }[];
}

type Env = Readonly<Record<string, string>>;

function review(cwd: string, env: Env, args: readonly string[] = []): Promise<Finished> {
  const day = args.includes('--as-of') ? [] : ['--as-of', '2026-11-01'];
  return cli(['review', 'start', '--policy', 'policy.yml', ...day, ...args], { cwd, env });
}

async function check(cwd: string, env: Env, asOf: string): Promise<Finished> {
  const finished = await cli(
    ['check', '--policy', 'policy.yml', '--as-of', asOf, '--personal-data', 'show'],
    { cwd, env },
  );
  if (finished.report) expect(() => ReportSchema.parse(finished.report)).not.toThrow();
  return finished;
}

/** A round of Payroll Admins, just begun. */
async function begun(company: Company = BRIGHTWATER) {
  const env = only(await leapsome({ company }), 'scim');
  const cwd = workspace({ 'policy.yml': POLICY });
  const started = await review(cwd, env);
  expect([started.code, started.stderr]).toEqual([0, '']);
  const path = join(cwd, FILE);
  const blank = readFileSync(path, 'utf8');
  const record = parse(blank) as RecordFile;
  const decide = (decisionOf: (user: string) => Filled): string => {
    const text = record.entitlements.reduce(
      (before, { id, user }) => fill(before, id, decisionOf(user)),
      blank,
    );
    writeFileSync(path, text);
    return text;
  };
  return { env, cwd, path, blank, record, decide, stdout: started.stdout };
}

const rulesOf = ({ report }: Finished): string[] =>
  (report?.findings ?? []).map(({ rule, user }) => `${rule} ${user?.email?.split('@')[0] ?? ''}`.trim());

describe('review start', () => {
  test('writes everybody who is in the group, undecided, and says so in numbers', async () => {
    const { cwd, record, blank, stdout } = await begun();
    const group = BRIGHTWATER.groups.find(({ name }) => name === GROUP)!;
    const members = BRIGHTWATER.people.filter(({ groupIds }) => groupIds.includes(group.id));
    expect(record.id).toBe(group.id);
    expect(record.entitlements.map(({ id }) => id).sort()).toEqual(members.map(({ id }) => id).sort());
    expect(record.entitlements[0]).toMatchObject({
      decision: null,
      reviewer: null,
      date: null,
      policy: 'expected (policy.yml:5)',
    });
    expect(blank).toContain(
      '# Who is in this group, and should it stay so? To be decided by "@acme/finance" until 2026-11-15.',
    );
    expect(filesIn(join(cwd, 'access'))).toEqual([
      'reviews',
      'reviews/2026-11-01',
      'reviews/2026-11-01/payroll-admins.yml',
    ]);
    expect(stdout).toContain(`${FILE}: Payroll Admins, ${members.length} to decide`);
    for (const { userName } of members) expect(stdout).not.toContain(userName);
  });

  test('its hash is what an auditor gets with other tools', async () => {
    const { path, record } = await begun();
    const script = `{ echo "group $(sed -n 's/^id: "\\(.*\\)"$/\\1/p' "$1")"; sed -n 's/^started: /started /p' "$1"; sed -n 's/^    id: "\\(.*\\)"$/user \\1/p' "$1" | LC_ALL=C sort; } | sha256sum | cut -d' ' -f1`;
    const digest = execFileSync('bash', ['-c', script, 'bash', path], { encoding: 'utf8' }).trim();
    expect(digest).toBe(record.sha256);
    const page = readFileSync(new URL('../../docs/review.md', import.meta.url), 'utf8');
    expect(page.replace(/\s*\\\n\s*/g, ' ')).toContain(
      script.replaceAll('"$1"', '"$FILE"').replace(" | cut -d' ' -f1", ''),
    );
  });

  test('leaves a round that is under way alone, and begins another when it is over or when it is told to', async () => {
    const { env, cwd, blank, path, decide } = await begun();
    const text = decide((user) => (user.startsWith('marta') ? KEEP : {}));
    const again = await review(cwd, env);
    expect([again.code, read(path)]).toEqual([0, text]);
    expect(again.stdout).toContain(`its round of 2026-11-01 is there already, in ${FILE}`);
    const later = await review(cwd, env, ['--as-of', '2026-11-15']);
    expect(later.stdout).toContain('is under way until 2026-11-15');
    expect(filesIn(join(cwd, 'access')).filter((name) => name.endsWith('.yml'))).toHaveLength(1);
    expect((await review(cwd, env, ['--as-of', '2026-11-16'])).stdout).toContain('✔ Begun.');
    expect((await review(cwd, env, ['--force'])).code).toBe(0);
    expect(read(path)).toBe(blank);
  });

  test('is JSON for programs', async () => {
    const env = only(await leapsome(), 'scim');
    const cwd = workspace({ 'policy.yml': POLICY });
    const { stdout } = await review(cwd, env, ['--format', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      result: 'started',
      startedOn: '2026-11-01',
      dueOn: '2026-11-15',
      records: [{ path: FILE, entitlements: 4, group: { name: GROUP } }],
      left: [],
      problems: [],
    });
  });

  test.each<[string, Record<string, string>, readonly string[], string]>([
    ['no review in the policy', { 'policy.yml': 'version: 1\n' }, [], 'policy.yml asks for no reviews.'],
    ['a broken policy', { 'policy.yml': `${POLICY}x: 1\n` }, [], 'there is no "x" in a policy'],
    [
      'a population that is too small',
      { 'policy.yml': `${POLICY}population: { min-users: 1000 }\n` },
      [],
      'the policy expects at least 1000',
    ],
    [
      'a group that there is not',
      { 'policy.yml': POLICY },
      ['--groups', 'Nobody*'],
      'No group under review is named like "Nobody*"',
    ],
    [
      'a scope that leads nowhere',
      { 'policy.yml': POLICY.replace('reviews }', 'reviews, groups: [Pay] }') },
      [],
      'Leapsome has no group of this name',
    ],
    [
      'a file in the place of the directory',
      { 'policy.yml': POLICY, access: 'x' },
      [],
      'a part of the path is a file',
    ],
    [
      'a broken record',
      { 'policy.yml': POLICY, 'access/reviews/2026-10-01/x.yml': 'a: 1\n' },
      [],
      'a record has no key of this name',
    ],
  ])('writes nothing for %s', async (_what, files, args, message) => {
    const env = only(await leapsome(), 'scim');
    const cwd = workspace(files);
    const before = filesIn(cwd);
    const { code, stdout } = await review(cwd, env, args);
    expect(stdout).toContain(message);
    expect([code, filesIn(cwd)]).toEqual([2, before]);
    expect(stdout).toContain('? Could not check: nothing was written.');
  });

  test.each<[string, Fault]>([
    ['is not complete', { kind: 'envelope', path: '/Users', set: { totalResults: 100 } }],
    ['cannot be read', { kind: 'token-invalid' }],
  ])('writes nothing when the population %s', async (_what, fault) => {
    const env = only(await leapsome({ faults: [fault] }), 'scim');
    const cwd = workspace({ 'policy.yml': POLICY });
    const { code, stdout } = await review(cwd, env);
    expect([code, filesIn(cwd)]).toEqual([2, ['policy.yml']]);
    expect(stdout).toContain('? Could not check: nothing was written.');
  });

  test('follows no link out of the repository', async () => {
    const env = only(await leapsome(), 'scim');
    const outside = workspace();
    const cwd = workspace({ 'policy.yml': POLICY });
    mkdirSync(join(cwd, 'access'));
    symlinkSync(outside, join(cwd, 'access/reviews'));
    const { code, stdout } = await review(cwd, env);
    expect([code, filesIn(outside)]).toEqual([2, []]);
    expect(stdout).toContain('is outside of the repository');
  });

  test('groups of any name get a file of their own, inside of the directory', async () => {
    const hostile = [
      '../../x',
      'a/b',
      'CON',
      '🚀',
      'line\nbreak',
      'x'.repeat(300),
      'Pay roll',
      'pay-roll',
      '::error::x',
      '%2e%2e',
      'a/b.yml',
    ];
    const { groups } = BRIGHTWATER;
    const company = {
      ...BRIGHTWATER,
      groups: groups.map((group, index) => ({ ...group, name: hostile[index] ?? group.name })),
    };
    const env = only(await leapsome({ company }), 'scim');
    const cwd = workspace({ 'policy.yml': POLICY.replace(`name: ${GROUP}`, 'name: "*"') });
    const { code, stdout } = await review(cwd, env);
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/^::/m);
    expect(filesIn(cwd).filter((name) => !name.startsWith('access'))).toEqual(['policy.yml']);
    const files = filesIn(join(cwd, 'access/reviews/2026-11-01'));
    for (const file of files) expect(file).toMatch(/^[a-z0-9][a-z0-9-]{0,110}\.yml$/);
    const names = files.map(
      (file) =>
        (parse(readFileSync(join(cwd, 'access/reviews/2026-11-01', file), 'utf8')) as { group: string })
          .group,
    );
    const inUse = company.groups.filter(({ id }) =>
      BRIGHTWATER.people.some(({ groupIds }) => groupIds.includes(id)),
    );
    expect(names.sort()).toEqual(inUse.map(({ name }) => name).sort());
    const { report } = await check(cwd, env, '2026-11-02');
    expect(report?.problems).toEqual([]);
    expect(report?.reviews).toHaveLength(inUse.length);
    expect(report?.findings.filter(({ rule }) => rule !== 'review-overdue')).toEqual([]);
  });

  test('says when the day of the round is not the one on which the groups were read', async () => {
    const env = only(await leapsome(), 'scim');
    const cwd = workspace({ 'policy.yml': POLICY });
    const { stdout } = await review(cwd, env, ['--as-of', '2099-01-01']);
    expect(stdout).toMatch(
      /! The records say that the round began on 2099-01-01, and hold who is in the groups on 2/,
    );
    const today = new Date().toISOString().slice(0, 10);
    expect((await review(cwd, env, ['--as-of', today])).stdout).not.toContain('!');
  });

  test('is a command of the action', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': POLICY });
    const inputs = {
      command: 'review',
      policy: 'policy.yml',
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      'as-of': '2026-11-01',
    };
    const { code, outputs, stdout } = await action({ cwd, inputs });
    expect([code, outputs]).toEqual([0, { result: 'started' }]);
    expect(existsSync(join(cwd, FILE))).toBe(true);
    expect(stdout).toContain('it is not known that this repository is private');
  });
});

describe('the check', () => {
  test('is in sync when all is decided by somebody else, in time', async () => {
    const { env, cwd, decide, record } = await begun();
    decide(() => KEEP);
    const finished = await check(cwd, env, '2026-11-20');
    expect([finished.code, rulesOf(finished)]).toEqual([0, []]);
    const count = record.entitlements.length;
    expect(finished.report?.reviews).toEqual([
      {
        file: FILE,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        group: { id: record.id, name: GROUP },
        startedOn: '2026-11-01',
        dueOn: '2026-11-15',
        countsUntil: '2027-01-30',
        state: 'complete',
        entitlements: count,
        decided: count,
        kept: count,
        revoked: 0,
        joined: 0,
      },
    ]);
    expect(rulesOf(await check(cwd, env, '2027-01-31'))).toEqual(['review-overdue']);
  });

  test('tells of each lack with the line of the record', async () => {
    const { env, cwd, decide } = await begun();
    const text = decide((user) =>
      user.startsWith('marta')
        ? { ...KEEP, reviewer: user }
        : user.startsWith('paolo')
          ? { ...KEEP, decision: 'revoke' }
          : user.startsWith('rafael')
            ? { ...KEEP, date: '2026-12-24' }
            : {},
    );
    const finished = await check(cwd, env, '2026-11-20');
    expect([finished.code, rulesOf(finished).sort()]).toEqual([
      1,
      [
        'review-incomplete rafael.ortiz',
        'review-incomplete yuki.tanaka',
        'review-overdue',
        'review-self marta.kowalczyk',
        'revocation-pending paolo.ricci',
      ],
    ]);
    const lines = text.split('\n');
    const pointed = (rule: string) => {
      const { location } = finished.report!.findings.find((finding) => finding.rule === rule)!;
      expect(location.file).toBe(FILE);
      return lines[location.line - 1]!.slice(location.column - 1, location.endColumn - 1);
    };
    expect(pointed('review-self')).toBe('reviewer: marta.kowalczyk@brightwater.example');
    expect(pointed('revocation-pending')).toBe('decision: revoke');
    expect(pointed('review-overdue')).toBe('started: 2026-11-01');
    expect(finished.stdout).toContain(`${FILE}:`);
  });

  test('says how far a round in time has come', async () => {
    const { env, cwd, decide } = await begun();
    decide((user) => (user.startsWith('marta') ? KEEP : {}));
    const { report, stdout } = await check(cwd, env, '2026-11-10');
    expect(report?.findings.map(({ rule }) => rule)).toEqual(['review-overdue']);
    expect(report?.reviews).toMatchObject([{ state: 'running', decided: 1, entitlements: 4 }]);
    expect(stdout).toContain('1 of 4 decided, the rest is due on 2026-11-15');
  });

  test('is not fooled by a record without one of its entries', async () => {
    const { env, cwd, decide, path } = await begun();
    const text = decide(() => KEEP);
    writeFileSync(path, text.slice(0, text.lastIndexOf('\n  - user:')));
    const finished = await check(cwd, env, '2026-11-20');
    expect([finished.code, rulesOf(finished).sort()]).toEqual([1, ['review-incomplete', 'review-overdue']]);
    expect(finished.report?.reviews).toMatchObject([{ state: 'altered' }]);
  });

  test('comes to no verdict while a record cannot be read', async () => {
    const { env, cwd, decide, path } = await begun();
    writeFileSync(path, decide(() => KEEP).replace('decision: keep', 'decison: keep'));
    const finished = await check(cwd, env, '2026-11-20');
    expect([finished.code, finished.report?.result]).toEqual([2, 'could-not-check']);
    expect(finished.report?.problems).toMatchObject([{ code: 'policy-invalid', location: { file: FILE } }]);
    expect(finished.stdout).toContain('did you mean "decision"?');
    const validated = await cli(['validate', '--policy', 'policy.yml'], { cwd });
    expect([validated.code, validated.stdout]).toEqual([
      2,
      expect.stringContaining('did you mean "decision"?'),
    ]);
  });

  test('masks people in what it says of records', async () => {
    const { env, cwd, decide, record } = await begun();
    decide((user) => ({ ...KEEP, reviewer: user }));
    const { stdout, report } = await cli(
      ['check', '--policy', 'policy.yml', '--as-of', '2026-11-20', '--personal-data', 'mask'],
      { cwd, env },
    );
    for (const { user } of record.entitlements) expect(stdout + JSON.stringify(report)).not.toContain(user);
  });

  test('accept writes the exception into the policy, not into the record', async () => {
    const { env, cwd, decide, path } = await begun();
    const text = decide(() => ({ ...KEEP, decision: 'revoke' }));
    await check(cwd, env, '2026-11-20');
    const accepted = await cli(
      [
        'accept',
        '--policy',
        'policy.yml',
        '--rule',
        'revocation-pending',
        '--until',
        '2026-12-31',
        '--reason',
        'r',
        '--owner',
        'o',
      ],
      { cwd },
    );
    expect([accepted.code, read(path)]).toEqual([0, text]);
    expect(read(join(cwd, 'policy.yml'))).toContain('rule: revocation-pending');
    expect(
      rulesOf(await check(cwd, env, '2026-11-20')).filter((rule) => rule.startsWith('revo')),
    ).toHaveLength(4);
    expect((await check(cwd, env, '2026-11-20')).code).toBe(0);
  });

  test('explain and doctor read the records, too', async () => {
    const { env, cwd, decide, record } = await begun();
    decide(() => KEEP);
    const explained = await cli(
      ['explain', record.entitlements[0]!.user, '--policy', 'policy.yml', '--as-of', '2026-11-20'],
      { cwd, env },
    );
    expect([explained.code, explained.stdout]).toEqual([0, expect.not.stringContaining('no verdict')]);
    const rule = await cli(['explain', 'review-incomplete', '--policy', 'policy.yml'], { cwd });
    expect(rule.stdout).toContain('`group`, and `user` if only that one is meant');
    expect((await cli(['doctor', '--policy', 'policy.yml'], { cwd, env })).code).toBe(0);
  });
});

describe('in a pull request', () => {
  async function pull(decided: Filled, fresh: Record<string, string>) {
    const { cwd, decide } = await begun();
    decide(() => decided);
    return preview({
      cwd,
      head: {},
      github: base(fresh),
      inputs: { 'as-of': '2026-11-20', 'fail-on-existing': 'false' },
    });
  }

  test('findings about records are not taken for older than the pull request', async () => {
    const { report, code } = await pull({ ...KEEP, date: '2026-12-24' }, { 'policy.yml': POLICY });
    expect(
      report?.findings
        .map(({ rule, change }) => [rule, change])
        .filter(([rule]) => rule === 'review-overdue'),
    ).toEqual([['review-overdue', undefined]]);
    expect(report?.preview).toMatchObject({
      introduced: 0,
      existing: 0,
      notCompared: report?.findings.length,
    });
    expect(code).toBe(1);
  });

  test('also when the policy changes beside them', async () => {
    const { report, code } = await pull(
      { ...KEEP, date: '2026-12-24' },
      { 'policy.yml': `# older\n${POLICY}` },
    );
    expect(report?.preview).toMatchObject({ base: BASE, introduced: 0, existing: 0 });
    expect([code, report?.preview?.resolved]).toEqual([1, []]);
    expect(HEAD).not.toBe(BASE);
  });

  test('a review that the pull request asks for is introduced by it', async () => {
    const without = POLICY.replace(/^review:.*\n/m, '');
    const { report } = await pull({ ...KEEP, date: '2026-12-24' }, { 'policy.yml': without });
    expect(new Set(report?.findings.map(({ change }) => change))).toEqual(new Set(['introduced']));
  });
});
