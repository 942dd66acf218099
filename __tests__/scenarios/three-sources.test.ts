import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  BRIGHTWATER,
  BRIGHTWATER_AGREED,
  CANARIES,
  CONTRADICTIONS,
  DEMO_AS_OF,
  EXCUSED,
  PLANTED_WITH_ALL,
} from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import type { Report } from '../../src/model/report.ts';
import { cli, type Finished, leapsome, workspace } from './harness.ts';

const POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');
const CLEAN = readFileSync(new URL('../../demo/clean-policy-all.yml', import.meta.url), 'utf8');

interface Options {
  readonly policy?: string;
  /** Changes to what the environment holds; undefined leaves one out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A check of everything that the stand-in offers, as a process. */
function check(standIn: StandIn, { policy = CLEAN, env = {} }: Options = {}): Promise<Finished> {
  const all: Record<string, string | undefined> = { ...environmentOf(standIn), ...env };
  const given = Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--personal-data', 'show'], {
    cwd: workspace({ 'policy.yml': policy }),
    env: Object.fromEntries(given),
  });
}

function problems(report: Report | undefined): string[] {
  return (report?.problems ?? []).map(({ code, message }) => `${code}: ${message}`);
}

function rule(report: Report | undefined, id: string) {
  return report?.rules.find((each) => each.id === id);
}

function nothingLeaked(finished: Finished, standIn: StandIn): void {
  const text = [finished.stdout, finished.stderr, JSON.stringify(finished.report)].join('\n');
  const secrets = [
    ...CANARIES,
    ...standIn.issuedJwts,
    standIn.token,
    standIn.apiSecret,
    standIn.stackoneKey,
    Buffer.from(`${standIn.stackoneKey}:`).toString('base64'),
  ];
  for (const secret of secrets) expect(text).not.toContain(secret);
}

describe('three sources', () => {
  it('that agree with each other and with the policy are in sync, and each is shown to be complete', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED });
    const finished = await check(standIn);
    const { report } = finished;
    expect(problems(report)).toEqual([]);
    expect(report?.findings.filter(({ severity }) => severity !== 'notice')).toEqual([]);
    expect([report?.result, finished.code]).toEqual(['in-sync', 0]);
    expect(report?.sources.map(({ name, complete }) => [name, complete])).toEqual([
      ['scim', true],
      ['content', true],
      ['stackone', true],
    ]);
    expect(report?.population).toMatchObject({ users: BRIGHTWATER.people.length, pendingUsers: 2 });
    expect(rule(report, 'source-disagreement')?.status).toBe('pass');
    expect(report?.rules.filter(({ status }) => status === 'not-evaluated')).toEqual([]);
    nothingLeaked(finished, standIn);
  });

  it('are read at the same time, and with GET alone', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED, latencyMs: 100 });
    await check(standIn);
    const times = ['scim', 'content', 'stackone'].map((service) =>
      standIn.requests.filter((request) => request.service === service).map(({ time }) => time),
    );
    // Each had begun before any of them came to its last page.
    expect(Math.max(...times.map((each) => each[0]!))).toBeLessThan(
      Math.min(...times.map((each) => each.at(-1)!)),
    );
    expect(new Set(standIn.requests.map(({ method }) => method))).toEqual(new Set(['GET']));
  });

  it('show everything that was planted, and what they say against each other', async () => {
    const standIn = await leapsome();
    const finished = await check(standIn, { policy: POLICY });
    const { report } = finished;
    expect(problems(report)).toEqual([]);
    const found = (status: string) =>
      report!.findings
        .filter((finding) => finding.status === status && finding.severity !== 'notice')
        .map(({ rule: id, user, role }) => [id, user?.email, role?.name].filter(Boolean).join(' '))
        .toSorted();
    const planted = (list: typeof PLANTED_WITH_ALL) =>
      list.map((each) => [each.rule, each.user, each.role].filter(Boolean).join(' ')).toSorted();
    expect(found('open')).toEqual(planted(PLANTED_WITH_ALL));
    expect(found('excepted')).toEqual(planted(EXCUSED));
    expect([report?.result, finished.code]).toEqual(['drift', 1]);
    const said = report!.findings.filter(({ rule: id }) => id === 'source-disagreement');
    expect(said).toHaveLength(CONTRADICTIONS.length);
    for (const { message } of said) expect(message).toMatch(/SCIM API.*Content API|Content API.*SCIM API/);
    nothingLeaked(finished, standIn);
  });

  it('do not leak in debug modes, where libraries print the addresses of requests', async () => {
    const standIn = await leapsome();
    const finished = await check(standIn, {
      env: { NODE_DEBUG: 'undici,fetch,http,https,net,tls,stream', DEBUG: '*', ACTIONS_STEP_DEBUG: 'true' },
    });
    expect(finished.report).toBeDefined();
    expect(finished.stderr).not.toContain('secret=');
    nothingLeaked(finished, standIn);
  });
});

describe('a source that fails', () => {
  const DOWN = [{ kind: 'answer', service: 'stackone', status: 503 }] as const;

  it('leaves no verdict, and the others do not step in', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED, faults: [{ ...DOWN[0], status: 412 }] });
    const { report, code } = await check(standIn);
    expect([report?.result, code]).toEqual(['could-not-check', 2]);
    expect(problems(report)).toEqual([expect.stringMatching(/auth-rejected: StackOne.*HTTP 412/)]);
    expect(report?.sources.map(({ name, complete }) => [name, complete])).toEqual([
      ['scim', true],
      ['content', true],
      ['stackone', false],
    ]);
    expect(report?.findings).toEqual([]);
  });

  it('is told with all others that fail, so that they can be mended at once', async () => {
    const standIn = await leapsome();
    const { report } = await check(standIn, {
      env: {
        LEAPSOME_SCIM_TOKEN: 'wrong-token',
        LEAPSOME_API_SECRET: 'wrong-secret',
        STACKONE_API_KEY: 'wrong-key',
      },
    });
    expect(problems(report)).toEqual([
      expect.stringContaining("token-invalid: Leapsome's SCIM API"),
      expect.stringContaining("token-invalid: Leapsome's Content API"),
      expect.stringContaining("auth-rejected: StackOne's IAM API"),
    ]);
  });

  it('and that the policy calls optional takes only its own rules with it', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED, faults: [{ ...DOWN[0], status: 501 }] });
    const optional = `${CLEAN}\nsources: { optional: [stackone] }\n`;
    const strict = await check(standIn, { policy: optional });
    // The roles are asked for at severity error: not evaluated is still no pass.
    expect(strict.report?.result).toBe('could-not-check');
    expect(new Set(strict.report?.problems.map(({ code }) => code))).toEqual(new Set(['not-evaluated']));
    expect(strict.report?.warnings).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/StackOne.*was not read, which the policy allows.*HTTP 501/),
      ]),
    );
    const withoutRoles = optional.replace(/roles:[\s\S]*?(?=# Known)/, '');
    const { report } = await check(standIn, { policy: withoutRoles });
    expect([report?.result, problems(report)]).toEqual(['in-sync', []]);
    expect(rule(report, 'unexpected-member')?.status).toBe('pass');
    // What the third would have said against the other two is open, and asked for by nobody.
    expect(rule(report, 'source-disagreement')).toMatchObject({
      status: 'not-evaluated',
      severity: 'notice',
    });
  });

  describe('and that sees what SCIM does not', () => {
    const waiting = BRIGHTWATER_AGREED.people.find(({ status }) => status === 'invited')!;
    const [group] = BRIGHTWATER_AGREED.groups;
    /** Nobody but somebody who is invited is in the first group. */
    const company = {
      ...BRIGHTWATER_AGREED,
      people: BRIGHTWATER_AGREED.people.map((person) => ({
        ...person,
        groupIds: [
          ...person.groupIds.filter((id) => id !== group!.id),
          ...(person === waiting ? [group!.id] : []),
        ],
      })),
    };
    const off = ['unmanaged-group', 'leaver-active', 'inactive-manager', 'source-disagreement'];
    const policy = (rest: string) =>
      `version: 1\nsources: { optional: [content] }\nrules: { ${off.map((id) => `${id}: off`).join(', ')} }\n${rest}\n`;
    const outcome = async (rest: string, status: number | undefined, without: readonly string[]) => {
      const standIn = await leapsome({
        company,
        faults: status === undefined ? [] : [{ kind: 'answer', service: 'content', status }],
      });
      const env = Object.fromEntries(without.map((name) => [name, undefined]));
      const { report, code } = await check(standIn, { policy: policy(rest), env });
      return [report?.result, code];
    };
    const STACKONE = ['STACKONE_API_KEY', 'STACKONE_ACCOUNT_ID'];
    const CONTENT = ['LEAPSOME_API_SECRET'];
    const COUNT = `groups: [{ name: ${group!.name}, members: { at-least: [${waiting.userName}], count: { min: 1 } } }]`;

    it.each([
      ['is invited, and does not count', undefined, STACKONE, ['drift', 1]],
      ['is invited by the word of StackOne, and does not count', undefined, CONTENT, ['drift', 1]],
      ['may be, which is no verdict', 404, STACKONE, ['could-not-check', 2]],
      ['may be, for which StackOne does not step in', 404, [], ['could-not-check', 2]],
      ['is active, as far as SCIM alone can tell', undefined, [...CONTENT, ...STACKONE], ['in-sync', 0]],
    ] as const)('leaves no doubt whether the only member %s', async (_, status, without, expected) => {
      expect(await outcome(COUNT, status, without)).toEqual(expected);
    });

    it.each([
      ['pattern', 'groups: [{ name: "*tors", members: { at-most: [{ employment-type: external }] } }]'],
      ['name', 'groups: [{ name: Mentors, members: { at-most: [] } }]'],
      ['separation', 'separation-of-duties: [{ name: s, never-together: ["*tors", "Eng*"] }]'],
    ])('takes the groups that only it shows out of no %s in silence', async (_, rest) => {
      expect(await outcome(rest, undefined, STACKONE)).toEqual(['drift', 1]);
      expect(await outcome(rest, 404, STACKONE)).toEqual(['could-not-check', 2]);
    });
  });

  it('and that is the authority for who is active leaves no verdict, optional or not', async () => {
    const standIn = await leapsome({
      company: BRIGHTWATER_AGREED,
      faults: [{ kind: 'answer', service: 'scim', status: 501 }],
    });
    const policy =
      'version: 1\nsources: { optional: [scim] }\naccounts: { never: [{ domain: evil.example }] }\n';
    const { report } = await check(standIn, { policy });
    expect(report?.result).toBe('could-not-check');
    expect(problems(report)).toContainEqual(expect.stringContaining('Who has an active account is unknown'));
  });

  it('is fatal when it was the only one that answered', async () => {
    const standIn = await leapsome({ faults: [{ kind: 'answer', status: 501 }] });
    const { report } = await check(standIn, {
      policy: `${CLEAN}\nsources: { optional: [scim, content, stackone] }\n`,
    });
    expect(report?.result).toBe('could-not-check');
    expect(report?.problems).toHaveLength(3);
  });
});

describe('credentials', () => {
  it('that the policy requires and that are missing are named before anything is asked', async () => {
    const standIn = await leapsome();
    const { report } = await check(standIn, {
      policy: `${CLEAN}\nsources: { required: [scim, content] }\n`,
      env: { LEAPSOME_API_SECRET: undefined, STACKONE_API_KEY: undefined },
    });
    expect(problems(report)).toEqual([
      expect.stringContaining('no-credentials: `stackone-account-id` is given without `stackone-api-key`'),
    ]);
    const whole = await check(standIn, {
      policy: `${CLEAN}\nsources: { required: [scim, content] }\n`,
      env: { LEAPSOME_API_SECRET: undefined, STACKONE_API_KEY: undefined, STACKONE_ACCOUNT_ID: undefined },
    });
    expect(problems(whole.report)).toEqual([expect.stringContaining('requires Leapsome')]);
    expect(standIn.requests).toEqual([]);
  });

  it('that were swapped are recognised, both of them', async () => {
    const standIn = await leapsome();
    const finished = await check(standIn, {
      env: { LEAPSOME_SCIM_TOKEN: standIn.apiSecret, LEAPSOME_API_SECRET: standIn.token },
    });
    expect(problems(finished.report)).toEqual([
      expect.stringMatching(/token-kind: `scim-token`.*holds an API secret/),
      expect.stringMatching(/token-kind: `api-secret`.*holds a SCIM token/),
    ]);
    nothingLeaked(finished, standIn);
  });

  it('are not shown to a host that they were not given for', async () => {
    const [scim, other] = [await leapsome(), await leapsome()];
    const { report } = await check(scim, {
      env: {
        LEAPSOME_SCIM_TOKEN: 'wrong-token',
        LEAPSOME_API_URL: other.apiUrl.replace('127.0.0.1', 'localhost'),
        LEAPSOME_API_SECRET: undefined,
        STACKONE_API_KEY: undefined,
        STACKONE_ACCOUNT_ID: undefined,
      },
    });
    expect(problems(report)).toEqual([expect.stringContaining('token-invalid')]);
    expect(other.requests).toEqual([]);
  });

  it('of one service alone are enough: the Content API', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED });
    const policy =
      'version: 1\ngroups:\n  - { name: Payroll Admins, members: { at-least: [marta.kowalczyk@brightwater.example] } }\nrules: { unmanaged-group: off, leaver-active: off, inactive-member: off, inactive-manager: off }\n';
    const { report } = await check(standIn, {
      policy,
      env: { LEAPSOME_SCIM_TOKEN: undefined, STACKONE_API_KEY: undefined, STACKONE_ACCOUNT_ID: undefined },
    });
    expect([report?.result, problems(report)]).toEqual(['in-sync', []]);
    expect(report?.sources.map(({ name }) => name)).toEqual(['content']);
  });

  it('of one service alone are enough: StackOne', async () => {
    const standIn = await leapsome({ company: BRIGHTWATER_AGREED });
    const policy =
      'version: 1\nroles:\n  - { name: Super Admin, members: { count: { max: 1 } } }\nrules: { unmanaged-group: off, unmanaged-role: off, inactive-member: off }\n';
    const { report } = await check(standIn, {
      policy,
      env: { LEAPSOME_SCIM_TOKEN: undefined, LEAPSOME_API_SECRET: undefined },
    });
    expect(problems(report)).toEqual([]);
    expect(report?.findings.map(({ rule: id, role }) => [id, role?.name])).toEqual([
      ['role-holder-count', 'Super Admin'],
    ]);
  });
});
