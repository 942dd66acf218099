import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { longPolicyFor, policyFor, population, served } from '../../bench/population.ts';
import {
  BRIGHTWATER_AGREED,
  DEMO_AS_OF,
  EXCUSED,
  PLANTED_WITH_ALL,
  type PlantedDrift,
} from '../../demo/company.ts';
import { type StandIn, type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { type Evaluated, evaluate } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import { PolicyParser } from '../../src/policy/parse.ts';
import { type Credentials, createSources } from '../../src/sources/index.ts';
import { merge } from '../../src/sources/merge.ts';
import type { HttpTools } from '../../src/sources/types.ts';

describe('the sample policies', () => {
  test('policy.yml finds exactly what was planted, and excuses what is excused', async () => {
    const { findings, problems } = await check(sample('policy.yml'), { all: true });
    expect(problems).toEqual([]);
    const open = drifts(findings, 'open').filter(({ rule }) => rule !== 'source-disagreement');
    const planted = PLANTED_WITH_ALL.filter(({ rule }) => rule !== 'source-disagreement');
    expect(open).toEqual(sorted(planted));
    expect(drifts(findings, 'excepted')).toEqual(sorted(EXCUSED));
  });

  test('clean-policy.yml accepts the company as it is', async () => {
    const { findings, problems } = await check(sample('clean-policy.yml'));
    expect(problems).toEqual([]);
    expect(findings.filter(({ severity }) => severity !== 'notice')).toEqual([]);
  });
});

test('clean-policy-all.yml accepts it through all sources that agree with each other', async () => {
  const { findings, problems } = await check(sample('clean-policy-all.yml'), {
    all: true,
    company: BRIGHTWATER_AGREED,
  });
  expect(problems).toEqual([]);
  expect(findings.filter(({ severity }) => severity !== 'notice')).toEqual([]);
});

describe('generated tenants', () => {
  const tenant = population({ people: 700, seed: 7 });

  test.each([
    ['short', policyFor(tenant)],
    ['long', longPolicyFor(tenant, 1000)],
  ])('satisfy their %s policy', async (_, text) => {
    const { findings, problems } = await check(text, { population: served(tenant) });
    expect({ findings, problems }).toEqual({ findings: [], problems: [] });
  });

  test('stretch a policy to the very line', () => {
    expect(longPolicyFor(tenant, 1000).split('\n')).toHaveLength(1001);
    expect(() => longPolicyFor(tenant, 10)).toThrow('lines already');
  });
});

function sample(name: string): string {
  return readFileSync(new URL(`../../demo/${name}`, import.meta.url), 'utf8');
}

/** Reads the stand-in over its socket, through SCIM or all of its services, and holds it against a policy, on the day of the demo. */
async function check(
  text: string,
  { all = false, ...options }: StandInOptions & { readonly all?: boolean } = {},
): Promise<Evaluated> {
  const parser = new PolicyParser();
  parser.add({ path: 'policy.yml', text, sha256: sha256(text), mayDefine: [] });
  const { policy, problems } = parser.finish();
  expect(problems).toEqual([]);
  const standIn = await startStandIn(options);
  const sources = createSources(credentialsFor(standIn, all), tools());
  const wanted = { customAttributes: policy!.customAttributes, mayBeEmpty: false };
  try {
    const readings = await Promise.all(sources.map((source) => source.read(wanted, () => undefined)));
    const read = new Population(merge(readings));
    const asOf = Date.parse(DEMO_AS_OF);
    return evaluate({ policy: policy!, population: read, asOf, personalData: 'show' }, { sha256 });
  } finally {
    await Promise.all(sources.map((source) => source.close()));
    await standIn.close();
  }
}

function credentialsFor(standIn: StandIn, all: boolean): Credentials {
  const scim = { baseUrl: new URL(standIn.scimUrl), token: standIn.token };
  if (!all) return { scim };
  return {
    scim,
    content: { baseUrl: new URL(standIn.apiUrl), secret: standIn.apiSecret },
    stackone: {
      baseUrl: new URL(standIn.stackoneUrl),
      apiKey: standIn.stackoneKey,
      accountId: standIn.stackoneAccountId,
    },
  };
}

function tools(): HttpTools {
  return {
    deps: {
      now: Date.now,
      monotonic: () => performance.now(),
      random: () => 0.5,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      env: {},
    },
    userAgent: 'test',
    onSecret: () => undefined,
    signal: new AbortController().signal,
    deadline: performance.now() + 60_000,
  };
}

function drifts(findings: readonly ReportedFinding[], status: ReportedFinding['status']): PlantedDrift[] {
  const found = findings.filter((finding) => finding.status === status);
  return sorted(
    found.map(({ rule, user, group, role }) => ({
      rule,
      ...(role !== undefined && { role: role.name }),
      ...(user?.email !== undefined && { user: user.email }),
      ...(group !== undefined && { group: group.name }),
    })),
  );
}

function sorted(list: readonly PlantedDrift[]): PlantedDrift[] {
  const key = ({ rule, user = '' }: PlantedDrift) => `${rule} ${user}`;
  return [...list].sort((a, b) => key(a).localeCompare(key(b)));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
