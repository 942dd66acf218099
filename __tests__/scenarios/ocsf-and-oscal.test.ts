import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BRIGHTWATER } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import { ocsfErrors } from '../reporters/ocsf-schema.ts';
import { oscalErrors } from '../reporters/oscal-schema.ts';
import { against, cli, type Finished, leapsome, SCIM_POLICY, workspace } from './harness.ts';

interface Event {
  readonly activity_name: string;
  readonly finding_info: { readonly uid: string; readonly types: readonly string[] };
  readonly compliance: { readonly status: string };
}

interface Finding {
  readonly title: string;
  readonly target: { readonly status: { readonly state: string; readonly reason: string } };
}

interface Written extends Finished {
  readonly events: readonly Event[];
  readonly oscalText: string;
  readonly ocsfText: string;
  readonly findings: readonly Finding[];
}

async function check(
  standIn: StandIn,
  { token, personalData = 'show', cwd = workspace(), more = [] }: Partial<Options> = {},
): Promise<Written> {
  writeFileSync(join(cwd, 'policy.yml'), SCIM_POLICY);
  const finished = await cli(
    [
      ...['check', '--policy', 'policy.yml', '--as-of', '2026-11-22', '--report-dir', 'out'],
      ...['--formats', 'json,ocsf,oscal', '--personal-data', personalData, ...more],
    ],
    { cwd, env: against(standIn, token) },
  );
  const [ocsfText, oscalText] = ['ocsf', 'oscal'].map((format) =>
    readFileSync(join(cwd, `out/report.${format}.json`), 'utf8'),
  ) as [string, string];
  const events = JSON.parse(ocsfText) as readonly Event[];
  const document = JSON.parse(oscalText);
  expect(ocsfErrors(events)).toEqual([]);
  expect(oscalErrors(document)).toEqual([]);
  const { findings = [] } = document['assessment-results'].results[0];
  return { ...finished, events, findings, ocsfText, oscalText };
}

interface Options {
  readonly token: string;
  readonly personalData: 'show' | 'mask';
  readonly cwd: string;
  readonly more: readonly string[];
}

const isFinding = ({ finding_info: { types } }: Event) => types[0] === 'leapsome-access-policy/finding';

describe('ocsf and oscal', () => {
  it('say of findings and rules what report.json says', async () => {
    const { code, report, events, findings } = await check(await leapsome());
    expect(code).toBe(1);
    expect(events.filter(isFinding).map(({ finding_info: { uid } }) => uid)).toEqual(
      report!.findings.map(({ fingerprint }) => fingerprint),
    );
    const on = report!.rules.filter(({ severity }) => severity !== 'off');
    const passed = on.filter(({ status, reason }) => status === 'pass' && reason === undefined);
    expect(passed.length).toBeGreaterThan(5);
    expect(events.filter(({ compliance }) => compliance.status === 'Pass')).toHaveLength(passed.length);
    expect(findings.map(({ title }) => title)).toEqual(on.map(({ id }) => id));
    expect(
      findings.filter(({ target }) => target.status.state === 'satisfied').map(({ title }) => title),
    ).toEqual(passed.map(({ id }) => id));
  });

  it('say of a run that could not check that nothing is known', async () => {
    const { code, events, findings } = await check(await leapsome(), { token: 'wrong' });
    expect(code).toBe(2);
    expect(events.map(({ compliance }) => compliance.status)).toEqual(['Unknown']);
    expect(findings.length).toBeGreaterThan(20);
    for (const { target } of findings)
      expect(target.status).toMatchObject({ state: 'not-satisfied', reason: 'other' });
  });

  it('name nobody whom the report masks', async () => {
    const { report, ocsfText, oscalText } = await check(await leapsome(), { personalData: 'mask' });
    const masked = report!.findings.filter(({ user }) => user && user.email === undefined);
    expect(masked.length).toBeGreaterThan(0);
    const named = new Set(report!.findings.flatMap(({ user }) => user?.email ?? []));
    const text = JSON.stringify(report);
    for (const { userName } of BRIGHTWATER.people) {
      if (named.has(userName) || text.includes(userName)) continue;
      expect(ocsfText).not.toContain(userName);
      expect(oscalText).not.toContain(userName);
      expect(oscalText).not.toContain(userName.replace('@', '\\\\@'));
    }
  });

  it('close what is gone since the last run, and update the rest', async () => {
    const cwd = workspace();
    const first = await check(await leapsome(), { cwd });
    const old = { ...first.report!, findings: first.report!.findings.map(aged) };
    writeFileSync(join(cwd, 'old.json'), JSON.stringify(old));
    const gone = first.report!.findings.find(({ rule, user }) => rule === 'unexpected-member' && user)!;
    const people = BRIGHTWATER.people.map((person) =>
      person.id === gone.user!.id
        ? { ...person, groupIds: person.groupIds.filter((id) => id !== gone.group!.id) }
        : person,
    );
    const standIn = await leapsome({ population: scimRows({ ...BRIGHTWATER, people }) });
    const { events } = await check(standIn, { cwd, more: ['--previous-report', 'old.json'] });
    const closed = events.filter((event) => isFinding(event) && event.activity_name === 'Close');
    expect(closed.map(({ finding_info: { uid } }) => uid)).toEqual([gone.fingerprint]);
    const others = events.filter((event) => isFinding(event) && event.activity_name !== 'Close');
    expect(new Set(others.map(({ activity_name: name }) => name))).toEqual(new Set(['Update']));
  });
});

function aged<T extends object>(finding: T): T & { firstSeen: string } {
  return { ...finding, firstSeen: '2026-11-01' };
}
