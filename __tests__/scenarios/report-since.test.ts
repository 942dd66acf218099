import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BRIGHTWATER, type Company, type CompanyPerson } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import type { Report } from '../../src/model/report.ts';
import { against, cli, type Finished, leapsome, SCIM_POLICY, workspace } from './harness.ts';

interface Options {
  readonly company?: Company;
  readonly policy?: string;
  readonly asOf?: string;
  readonly previous?: string;
  readonly show?: boolean;
}

async function check(
  cwd: string,
  { company = BRIGHTWATER, policy = SCIM_POLICY, asOf = '2026-11-22', previous, show = true }: Options = {},
): Promise<Finished> {
  const standIn = await leapsome({ population: scimRows(company) });
  writeFileSync(join(cwd, 'policy.yml'), policy);
  const args = ['check', '--policy', 'policy.yml', '--as-of', asOf, '--report-dir', 'out'];
  return cli(
    [
      ...args,
      '--personal-data',
      show ? 'show' : 'mask',
      ...(previous ? ['--previous-report', previous] : []),
    ],
    { cwd, env: against(standIn), reportDir: 'out' },
  );
}

/** A workspace with the report of an earlier run as `old.json`. */
async function afterARun(options: Options = {}, change: (report: Report) => unknown = (report) => report) {
  const cwd = workspace();
  const { report } = await check(cwd, { asOf: '2026-11-20', ...options });
  writeFileSync(join(cwd, 'old.json'), JSON.stringify(change(report!)));
  return { cwd, earlier: report! };
}

function people(change: (person: CompanyPerson) => CompanyPerson | undefined): Company {
  return { ...BRIGHTWATER, people: BRIGHTWATER.people.flatMap((person) => change(person) ?? []) };
}

const [ADAEZE] = BRIGHTWATER.people;
const someone = (name: string) => BRIGHTWATER.people.find(({ userName }) => userName.startsWith(name))!;

describe('since the last run', () => {
  it('nothing has changed where nothing has', async () => {
    const { cwd, earlier } = await afterARun();
    const { report, stdout } = await check(cwd, { previous: 'old.json' });
    expect(report?.since).toEqual({
      startedAt: earlier.startedAt,
      newFindings: 0,
      goneFindings: [],
      people: { joined: [], left: [], moved: [] },
    });
    expect(new Set(report?.findings.map(({ firstSeen }) => firstSeen))).toEqual(new Set(['2026-11-20']));
    expect(stdout).toContain('0 findings new, 0 gone; 0 accounts joined, 0 left, 0 in other groups');
    expect(stdout).toContain('(2 days)');
  });

  it('says which findings are new and which are gone, who came and went, and who moved', async () => {
    const payroll = BRIGHTWATER.groups.find(({ name }) => name === 'Payroll Admins')!.id;
    const rafael = someone('rafael.ortiz');
    const joana = someone('joana.teixeira');
    const bruno = someone('bruno.salgado');
    const company = people((person) => {
      if (person === rafael) return { ...person, groupIds: person.groupIds.filter((id) => id !== payroll) };
      if (person === joana) return { ...person, groupIds: [...person.groupIds, payroll] };
      if (person === bruno) return { ...person, active: false };
      return person;
    });
    const newcomer = { ...ADAEZE!, id: 'ffffffffffffffffffffffff', userName: 'new@brightwater.example' };
    const { cwd } = await afterARun();
    const { report, stdout } = await check(cwd, {
      company: { ...company, people: [...company.people, newcomer] },
      previous: 'old.json',
    });
    const { since } = report!;
    expect(since?.goneFindings.map(({ rule, user }) => [rule, user?.email])).toContainEqual([
      'unexpected-member',
      rafael.userName,
    ]);
    const fresh = report!.findings.filter(({ firstSeen }) => firstSeen === '2026-11-22');
    expect(fresh.map(({ rule, user }) => [rule, user?.email])).toContainEqual([
      'unexpected-member',
      joana.userName,
    ]);
    expect(since?.newFindings).toBe(fresh.length);
    expect(since?.people?.joined).toEqual([{ id: newcomer.id, email: newcomer.userName }]);
    expect(since?.people?.left).toEqual([{ id: bruno.id, email: bruno.userName }]);
    const moved = since?.people?.moved.map(({ user, into, outOf }) => [
      user.email,
      into.map(({ name }) => name),
      outOf.map(({ name }) => name),
    ]);
    expect(moved).toEqual(
      expect.arrayContaining([
        [rafael.userName, [], ['Payroll Admins']],
        [joana.userName, ['Payroll Admins'], []],
      ]),
    );
    expect(moved).toHaveLength(2);
    expect(stdout).toContain('Since the last run');
    expect(stdout).toContain(`left: ${bruno.userName}`);
    expect(stdout).toContain('(new)');
  });

  it('says of a person who is gone altogether the id alone', async () => {
    const { cwd } = await afterARun();
    const bruno = someone('bruno.salgado');
    const { report } = await check(cwd, {
      company: people((person) => (person === bruno ? undefined : person)),
      previous: 'old.json',
    });
    expect(report?.since?.people?.left).toEqual([{ id: bruno.id }]);
  });

  it('does not show by an earlier report whom a run masks', async () => {
    const { cwd } = await afterARun({ show: true });
    const rafael = someone('rafael.ortiz');
    const kai = someone('kai.lang');
    const finished = await check(cwd, {
      company: people((person) => (person === rafael || person === kai ? undefined : person)),
      previous: 'old.json',
      policy: SCIM_POLICY,
      show: false,
    });
    const text = finished.stdout + JSON.stringify(finished.report);
    expect(finished.report?.since?.goneFindings.length).toBeGreaterThan(0);
    expect(text).not.toContain(kai.userName);
    for (const gone of finished.report!.since!.goneFindings) expect(gone.message).toBeUndefined();
  });

  it('names nobody by a masked report whom the policy of today does not name', async () => {
    const jane = {
      ...ADAEZE!,
      id: 'eeeeeeeeeeeeeeeeeeeeeeee',
      userName: 'jane@brightwater.example',
      groupIds: [],
    };
    const company = { ...BRIGHTWATER, people: [...BRIGHTWATER.people, jane] };
    const asking = (...names: string[]) =>
      `version: 1\ngroups: [{ name: Payroll Admins, members: { at-least: [${names.join(', ')}] } }]\n`;
    const { cwd, earlier } = await afterARun({ company, policy: asking(jane.userName), show: false });
    expect(earlier.findings.map(({ message }) => message).join()).toContain(jane.userName);
    const { report, stdout } = await check(cwd, {
      company,
      policy: asking(ADAEZE!.userName),
      previous: 'old.json',
      show: false,
    });
    expect(report?.since?.goneFindings.map(({ user }) => user)).toEqual([{ id: jane.id }]);
    expect(stdout).toContain('missing-member: user eeeeeeee…eeee');
    expect(stdout + JSON.stringify(report)).not.toContain(jane.userName);
  });

  it.each([
    ['nothing', undefined, '2026-11-20'],
    ['a moment', '2026-11-03T00:00:00Z', '2026-11-03'],
    ['a moment elsewhere', '2026-11-03T23:00:00-05:00', '2026-11-04'],
  ])('says a day where the earlier report said %s', async (_, firstSeen, day) => {
    const { cwd } = await afterARun({}, (report) => ({
      ...report,
      startedAt: '2026-11-20T07:30:00.000Z',
      findings: report.findings.map((finding) => ({ ...finding, firstSeen })),
    }));
    const { report } = await check(cwd, { previous: 'old.json' });
    expect(new Set(report?.findings.map((finding) => finding.firstSeen))).toEqual(new Set([day]));
  });

  it('grows older from report to report', async () => {
    const { cwd } = await afterARun();
    await check(cwd, { previous: 'old.json', asOf: '2026-11-21' });
    writeFileSync(join(cwd, 'newer.json'), readFileSync(join(cwd, 'out/report.json')));
    const { report } = await check(cwd, { previous: 'newer.json', asOf: '2026-11-25' });
    expect(new Set(report?.findings.map(({ firstSeen }) => firstSeen))).toEqual(new Set(['2026-11-20']));
  });
});

describe('an earlier report that is no measure', () => {
  const LIMITED = SCIM_POLICY.replace('min-users: 40', 'min-users: 40\n  max-drop: 20%');

  it.each([
    [
      'of another tenant',
      (report: Report) => ({ ...report, roster: { groups: [], people: ['abc a'] } }),
      'of another tenant',
    ],
    [
      'with a damaged roster',
      (report: Report) => ({ ...report, roster: { groups: [], people: [7] } }),
      'is damaged',
    ],
    [
      'with places that lead nowhere',
      (report: Report) => ({ ...report, roster: { groups: [], people: ['abc a 3'] } }),
      'is damaged',
    ],
    [
      'that began by the clock of some machine',
      (report: Report) => ({ ...report, startedAt: '2026-11-20T07:30:00' }),
      'is damaged',
    ],
    ['with damaged findings', (report: Report) => ({ ...report, findings: [{ rule: 1 }] }), 'is damaged'],
    ['with no list of findings', (report: Report) => ({ ...report, findings: 'none' }), 'is damaged'],
    ['of another schema', (report: Report) => ({ ...report, schemaVersion: 2 }), 'schema'],
  ])('%s is a warning, and no pass of a limit that needs it', async (_, change, says) => {
    const { cwd } = await afterARun({}, change);
    const { report } = await check(cwd, { previous: 'old.json' });
    expect(report?.result).toBe('drift');
    expect(report?.since).toBeUndefined();
    expect(report?.warnings).toEqual(expect.arrayContaining([expect.stringContaining(says)]));
    const limited = await check(cwd, { previous: 'old.json', policy: LIMITED });
    expect(limited.report?.problems.map(({ code }) => code)).toEqual(['implausible-population']);
  });

  it('judged nobody: that the days are counted anew is said', async () => {
    const { cwd } = await afterARun({}, (report) => ({
      ...report,
      result: 'could-not-check',
      population: null,
      baseline: { activeUsers: 50 },
      findings: [],
    }));
    const { report } = await check(cwd, { previous: 'old.json' });
    expect(report?.since).toBeUndefined();
    expect(report?.warnings).toContainEqual(expect.stringMatching(/old\.json .*could judge nobody/));
  });

  it('came to no verdict: its people count, its findings do not', async () => {
    const { cwd } = await afterARun({}, (report) => ({ ...report, result: 'could-not-check' }));
    const { report } = await check(cwd, { previous: 'old.json' });
    expect(report?.since).toBeUndefined();
    expect(report?.baseline).toBeDefined();
  });
});
