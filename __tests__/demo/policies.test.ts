import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { longPolicyFor, policyFor, population, served } from '../../bench/population.ts';
import { DEMO_AS_OF, EXCUSED, PLANTED, type PlantedDrift } from '../../demo/company.ts';
import { type StandInOptions, startStandIn } from '../../demo/stand-in.ts';
import { type Evaluated, evaluate } from '../../src/evaluate/evaluate.ts';
import { Population } from '../../src/evaluate/population.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import { PolicyParser } from '../../src/policy/parse.ts';
import { createScimSource } from '../../src/sources/scim.ts';

describe('the sample policies', () => {
  test('policy.yml finds exactly what was planted, and excuses what is excused', async () => {
    const { findings, problems } = await check(sample('policy.yml'));
    expect(problems).toEqual([]);
    expect(drifts(findings, 'open')).toEqual(sorted(PLANTED));
    expect(drifts(findings, 'excepted')).toEqual(sorted(EXCUSED));
  });

  test('clean-policy.yml accepts the company as it is', async () => {
    const { findings, problems } = await check(sample('clean-policy.yml'));
    expect(problems).toEqual([]);
    expect(findings.filter(({ severity }) => severity !== 'notice')).toEqual([]);
  });
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

/** Reads the stand-in over its socket and holds it against a policy, on the day of the demo. */
async function check(text: string, options: StandInOptions = {}): Promise<Evaluated> {
  const parser = new PolicyParser();
  parser.add({ path: 'policy.yml', text, sha256: sha256(text), mayDefine: [] });
  const { policy, problems } = parser.finish();
  expect(problems).toEqual([]);
  const standIn = await startStandIn(options);
  const source = createScimSource({ baseUrl: new URL(standIn.scimUrl), token: standIn.token }, tools());
  try {
    const reading = await source.read(
      { customAttributes: policy!.customAttributes, mayBeEmpty: false },
      () => undefined,
    );
    const read = new Population({ ...reading, sources: ['scim'] });
    const asOf = Date.parse(DEMO_AS_OF);
    return evaluate({ policy: policy!, population: read, asOf, personalData: 'show' }, { sha256 });
  } finally {
    await source.close();
    await standIn.close();
  }
}

function tools(): Parameters<typeof createScimSource>[1] {
  return {
    deps: {
      now: Date.now,
      monotonic: () => performance.now(),
      random: () => 0.5,
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      env: {},
    },
    userAgent: 'test',
    signal: new AbortController().signal,
    deadline: performance.now() + 60_000,
  };
}

function drifts(findings: readonly ReportedFinding[], status: ReportedFinding['status']): PlantedDrift[] {
  const found = findings.filter((finding) => finding.status === status);
  return sorted(
    found.map(({ rule, user, group }) => ({
      rule,
      ...(user?.email !== undefined && { user: user.email }),
      ...(group !== undefined && { group: group.name }),
    })),
  );
}

function sorted(list: readonly PlantedDrift[]): PlantedDrift[] {
  return [...list].sort((a, b) => a.rule.localeCompare(b.rule));
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
