import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../../demo/serve.ts';
import type { RuleDiagnosis } from '../../src/model/diagnosis.ts';
import { type Examined, examine, groups, only, personalIn, problemsOf, sourceOf } from './doctor.ts';
import { leapsome } from './harness.ts';

const DRIFTING = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');
const HOLDERS = `
version: 1
roles:
  - name: Super Admin
    members: { never: [{ employment-type: external }] }
rules: { unmanaged-role: off }
`;

function ruleOf({ diagnosis }: Examined, id: string): RuleDiagnosis {
  return diagnosis.policy.rules!.find((rule) => rule.id === id)!;
}

describe('with a policy', () => {
  test('every rule that can be evaluated is named, and no finding', async () => {
    const run = await examine(environmentOf(await leapsome()), ['--policy', 'policy.yml'], {
      'policy.yml': DRIFTING,
    });
    expect(problemsOf(run)).toEqual([]);
    expect(run.diagnosis.policy).toMatchObject({ path: 'policy.yml', state: 'valid' });
    expect(run.diagnosis.policy.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(ruleOf(run, 'unexpected-member')).toMatchObject({ state: 'evaluated', reasons: [] });
    expect(personalIn(run.stdout + run.text)).toEqual([]);
  });

  test('each source says which rules would be lost without it', async () => {
    const run = await examine(environmentOf(await leapsome()), ['--policy', 'p.yml'], { 'p.yml': HOLDERS });
    expect(sourceOf(run, 'scim').reading!.enables).toContain('forbidden-role-holder');
    expect(sourceOf(run, 'stackone').reading!.enables).toContain('forbidden-role-holder');
    expect(sourceOf(run, 'content').reading!.enables).not.toContain('forbidden-role-holder');
    expect(run.text).toMatch(/Without it, not evaluated: .*forbidden-role-holder/);
  });

  test('an error that nobody could answer is said before a check fails over it', async () => {
    const run = await examine(only(await leapsome(), 'scim', 'content'), ['--policy', 'p.yml'], {
      'p.yml': HOLDERS,
    });
    expect(problemsOf(run)).toEqual(['not-evaluated']);
    expect(run.diagnosis.problems[0]).toMatchObject({
      message: expect.stringMatching(/^forbidden-role-holder could not be evaluated: .*only StackOne/),
      location: { file: 'p.yml', line: 4 },
    });
    expect(ruleOf(run, 'forbidden-role-holder')).toMatchObject({
      severity: 'error',
      state: 'not-evaluated',
      reasons: [expect.stringContaining('who holds an access role is unknown')],
    });
    expect(ruleOf(run, 'unmanaged-role')).toMatchObject({ state: 'off', reasons: [] });
  });

  test('what may stay open does not stand in the way', async () => {
    const lenient = HOLDERS.replace(
      '  - name: Super Admin\n',
      '  - name: Super Admin\n    severity: notice\n',
    );
    const run = await examine(only(await leapsome(), 'scim', 'content'), ['--policy', 'p.yml'], {
      'p.yml': lenient,
    });
    expect(run.diagnosis.result).toBe('ready');
    expect(ruleOf(run, 'forbidden-role-holder').state).toBe('not-evaluated');
  });

  test('that requires a source without a credential', async () => {
    const run = await examine(only(await leapsome(), 'scim'), ['--policy', 'p.yml'], {
      'p.yml': 'version: 1\nsources: { required: [content] }\n',
    });
    expect(problemsOf(run)).toEqual(['content: no-credentials']);
  });

  test('that lets a source fail: the credential still does not work', async () => {
    const env = { ...environmentOf(await leapsome()), LEAPSOME_API_SECRET: 'wrong' };
    const run = await examine(env, ['--policy', 'p.yml'], {
      'p.yml':
        'version: 1\nsources: { optional: [content] }\naccounts: { never: [{ lifecycle: terminated }] }\n',
    });
    expect(problemsOf(run)).toEqual(['content: token-invalid']);
    expect(ruleOf(run, 'forbidden-account')).toMatchObject({
      state: 'not-evaluated',
      reasons: [expect.stringContaining('could not be read in this run')],
    });
  });

  test('that expects more people than there are', async () => {
    const run = await examine(only(await leapsome(), 'scim'), ['--policy', 'p.yml'], {
      'p.yml': 'version: 1\npopulation: { min-users: 4000 }\n',
    });
    expect(problemsOf(run)).toEqual(['implausible-population']);
  });

  test('nothing is named that is not clear in Leapsome', async () => {
    const [first, second] = groups;
    const name = 'Payroll; lifecycle is unknown: canary-name; x';
    const faults = [first!, second!].map(({ id }) => ({
      kind: 'patch-row' as const,
      service: 'scim' as const,
      path: '/Groups',
      row: groups.findIndex((group) => group.id === id),
      set: { displayName: name },
    }));
    const policy = `version: 1\ngroups: [{ name: "${name}", members: [everyone] }]\n`;
    const run = await examine(only(await leapsome({ faults }), 'scim'), ['--policy', 'p.yml'], {
      'p.yml': policy,
    });
    expect(problemsOf(run)).toEqual(['not-evaluated']);
    expect(ruleOf(run, 'missing-member').reasons).toEqual([expect.stringMatching(/"check" names$/)]);
    expect(run.stdout + run.text).not.toMatch(/canary|Payroll/);
    expect(personalIn(run.stdout + run.text)).toEqual([]);
  });
});

describe('a policy that', () => {
  test('is not there is no matter, unless somebody named it', async () => {
    const env = only(await leapsome(), 'scim');
    const run = await examine(env);
    expect(run.diagnosis.policy).toEqual({
      path: '.github/leapsome-access-policy.yml',
      state: 'none',
      sha256: null,
      rules: null,
    });
    expect(run.text).toContain('Write a policy, or let "init" write it, then run a check.');
    const named = await examine(env, ['--policy', 'none.yml']);
    expect(problemsOf(named)).toEqual(['policy-not-found']);
    expect(named.diagnosis.policy).toMatchObject({ state: 'invalid', rules: null });
    expect(sourceOf(named, 'scim').state).toBe('works');
  });

  test('stands in its usual place is looked at without being named', async () => {
    const run = await examine(only(await leapsome(), 'scim'), [], {
      '.github/leapsome-access-policy.yml': 'version: 1\n',
    });
    expect(run.diagnosis.policy.state).toBe('valid');
    expect(run.diagnosis.policy.rules).not.toBeNull();
  });

  test('has mistakes is shown with them, and the credentials are tried all the same', async () => {
    const run = await examine(only(await leapsome(), 'scim'), ['--policy', 'p.yml'], {
      'p.yml': 'version: 1\ngruops: []\nrules: { missing-grup: off }\n',
    });
    expect(problemsOf(run)).toEqual(['policy-invalid', 'policy-invalid']);
    expect(run.diagnosis.problems[0]!.message).toContain('gruops');
    expect(run.diagnosis.policy).toMatchObject({ state: 'invalid', rules: null });
    expect(sourceOf(run, 'scim').reading).not.toBeNull();
  });

  test('is valid says nothing of rules while no credential works', async () => {
    const run = await examine(
      { ...only(await leapsome(), 'scim'), LEAPSOME_SCIM_TOKEN: 'wrong' },
      ['--policy', 'p.yml'],
      {
        'p.yml': 'version: 1\n',
      },
    );
    expect(run.diagnosis.policy).toMatchObject({ state: 'valid', rules: null });
    expect(run.text).toContain('no rule can be evaluated while no credential works');
  });
});
