import { describe, expect, test } from '@jest/globals';
import { environmentOf } from '../../demo/serve.ts';
import { only, people } from './doctor.ts';
import { entry, explain, judgements, lineOf, person, separation } from './explain.ts';
import { leapsome } from './harness.ts';

const RAFAEL = 'rafael.ortiz@brightwater.example';

describe('somebody who has more than the policy permits', () => {
  test('is told what, why, by which line, and under which rule', async () => {
    const explained = await explain(environmentOf(await leapsome()), [RAFAEL]);
    expect(judgements(explained)).toEqual([
      'accounts: fine',
      'Everyone at Brightwater: fine',
      'Payroll Admins: unexpected',
      'Sales: fine',
      'Office Lisbon: fine',
      'Survey Admin: unexpected',
      'payroll-four-eyes: fine',
    ]);
    const payroll = entry(explained, 'Payroll Admins');
    expect(payroll).toMatchObject({
      has: true,
      says: 'not-permitted',
      rule: { id: 'unexpected-member', severity: 'error' },
      entry: { owner: '@brightwater/finance', controls: ['SOC2:CC6.3', 'ISO27001:A.5.18'] },
    });
    const [atLeast, atMost] = payroll.lists;
    expect([atLeast?.word, atLeast?.answer, atLeast?.parts, atLeast?.more]).toEqual([
      'at-least',
      'no',
      [],
      1,
    ]);
    expect([atMost?.word, atMost?.answer]).toEqual(['at-most', 'no']);
    expect(lineOf(atMost!.parts[0]!.location)).toBe('{ department: Finance }]');
    expect(person(explained).findings.map(({ rule }) => rule)).toEqual([
      'unexpected-member',
      'unexpected-role-holder',
    ]);
    expect(person(explained).exceptions).toMatchObject([
      { rule: 'unexpected-member', state: 'expired', ticket: 'FIN-142', findings: 1 },
    ]);
    expect(explained.text).toContain('✖ is in the group, and is not permitted (unexpected-member, error)');
    expect(explained.text).toContain('at most: no, people where department is Finance');
    expect(explained.text).toContain('has ended, until 2026-10-31: unexpected-member');
  });

  test('has all that policies can ask for, and nothing else that Leapsome knows', async () => {
    const explained = await explain(environmentOf(await leapsome()), [RAFAEL]);
    const { attributes, groups, roles, state, unknown } = person(explained);
    const one = people.find(({ userName }) => userName === RAFAEL)!;
    expect(Object.fromEntries(attributes.map(({ name, values }) => [name, values.join()]))).toMatchObject({
      department: one.department,
      'cost-center': one.costCenter,
      level: one.level,
      'employment-type': 'internal',
      domain: 'brightwater.example',
    });
    expect({ state, unknown }).toEqual({ state: 'active', unknown: [] });
    expect(groups?.find(({ name }) => name === 'Payroll Admins')).toMatchObject({
      kind: 'team',
      isManaged: true,
    });
    expect(groups?.find(({ name }) => name === 'Market')).toMatchObject({
      kind: 'division',
      isAttribute: true,
    });
    expect(roles?.map(({ name }) => name)).toEqual(['Survey Admin']);
    for (const secret of Object.values(one.sensitive)) expect(explained.stdout).not.toContain(String(secret));
  });
});

test('a selector through sets is followed to the line that matches', async () => {
  const policy = `version: 1
sets:
  payroll:
    - nobody.else@brightwater.example
    - { all: [{ department: Sales }, { not: { level: Chief } }] }
  trusted:
    - { set: payroll }
groups:
  - name: Payroll Admins
    members: { at-most: [{ set: trusted }] }
`;
  const explained = await explain(only(await leapsome(), 'scim'), [RAFAEL], policy);
  const { says, judgement, lists } = entry(explained, 'Payroll Admins');
  expect({ says, judgement }).toEqual({ says: 'permitted', judgement: 'fine' });
  const chain: string[] = [];
  for (let at = lists[0]!.parts[0]; at; at = at.parts[0])
    chain.push(`${at.location.line} ${at.answer} ${at.text}`);
  expect(chain).toEqual([
    '10 yes the set trusted',
    '7 yes the set payroll',
    '5 yes (people where department is Sales who are also everyone but people where level is Chief)',
    '5 yes people where department is Sales',
  ]);
  expect(explained.text).toMatch(
    /^ {10}yes: everyone but people where level is Chief .*:5\n {12}no: people where level is Chief/m,
  );
});

test('what no source tells stays unknown, with the source that would tell', async () => {
  const policy = `version: 1
groups:
  - name: Payroll Admins
    members: { at-most: [{ lifecycle: active }] }
requirements:
  - name: nobody-is-leaving
    when: { department: Sales }
    require: { not: { lifecycle: offboarding } }
`;
  const explained = await explain(only(await leapsome(), 'scim'), [RAFAEL], policy);
  const why = "lifecycle is unknown: only Leapsome's Content API reports it";
  expect(judgements(explained)).toEqual(['Payroll Admins: unknown', 'nobody-is-leaving: unknown']);
  expect(entry(explained, 'Payroll Admins').lists[0]?.parts[0]?.unknown).toEqual([why]);
  expect(person(explained).unknown).toContainEqual({ name: 'lifecycle', why: why.split(': ')[1] });
  expect(explained.text).toContain('? is in the group; whether that is permitted is unknown');
  expect(explained.text).toMatch(
    /^ {2}\? .*\blifecycle\b.*: unknown, only Leapsome's Content API reports it$/m,
  );
  expect(explained.text.split(`? ${why}`)).toHaveLength(3);
  expect(explained.explanation.warnings).toEqual([expect.stringContaining('not-evaluated')]);
});

test('a missing membership, a broken separation and an unmet requirement are named with their rules', async () => {
  const policy = `version: 1
groups:
  - name: People Ops
    members: { at-least: [${RAFAEL}] }
  - name: Design Guild
    members: { never: [{ department: Sales }] }
requirements:
  - name: has-an-end
    when: { department: Sales }
    require: { end-date: present }
separation-of-duties:
  - name: apart
    never-together: [Payroll Admins, "Office *"]
exceptions:
  - { rule: requirement, user: ${RAFAEL}, name: has-an-end, reason: permanent, owner: hr, granted: 2027-01-01, expires: 2027-03-01 }
`;
  const explained = await explain(only(await leapsome(), 'scim'), [RAFAEL], policy);
  expect(judgements(explained)).toEqual([
    'People Ops: missing',
    'Design Guild: fine',
    'has-an-end: broken',
    'apart: broken',
  ]);
  expect(entry(explained, 'Design Guild')).toMatchObject({
    has: false,
    says: 'forbidden',
    rule: null,
  });
  expect(separation(explained, 'apart').elements.map(({ name }) => name)).toEqual([
    'Payroll Admins',
    'Office *',
  ]);
  expect(
    person(explained)
      .findings.map(({ rule }) => rule)
      .sort(),
  ).toEqual(['missing-member', 'requirement', 'separation-of-duties']);
  expect(person(explained).exceptions).toMatchObject([{ state: 'not-yet', rule: 'requirement' }]);
});

test('entries that are about nothing of the person are counted', async () => {
  const explained = await explain(environmentOf(await leapsome()), [RAFAEL]);
  const { statements, others } = person(explained);
  expect(others).toBeGreaterThan(10);
  expect(statements.some((one) => one.entry.name === 'Works Council')).toBe(false);
  expect(explained.text).toContain(`${others} further elements of the policy`);
});

describe('what sources say of the account', () => {
  test('is told apart where they differ', async () => {
    const env = environmentOf(await leapsome());
    const invited = await explain(env, ['patrick.byrne@brightwater.example']);
    expect(person(invited)).toMatchObject({ state: 'invited' });
    expect(person(invited).sources).toContainEqual({ source: 'scim', state: 'active' });
    expect(invited.text).toContain("Account: invited, not in use yet; Leapsome's SCIM API says active");
    const absent = await explain(env, ['quynh.tran@brightwater.example']);
    expect(person(absent).sources).toContainEqual({ source: 'content', state: 'not-listed' });
    expect(absent.text).toContain("Leapsome's Content API says not listed");
  });

  test('is one word where they agree', async () => {
    const explained = await explain(environmentOf(await leapsome()), [RAFAEL]);
    expect(person(explained).sources).toEqual([]);
    expect(explained.text).toContain('  Account: active\n');
  });
});

test('a deactivated account is shown, and judged by what is about such accounts alone', async () => {
  const explained = await explain(environmentOf(await leapsome()), ['viktor.hansen@brightwater.example']);
  const { state, statements, findings } = person(explained);
  expect(state).toBe('deactivated');
  expect(statements.length).toBeGreaterThan(1);
  expect(new Set(statements.map(({ judgement }) => judgement))).toEqual(new Set(['not-judged']));
  expect(findings.map(({ rule }) => rule)).toEqual(['inactive-member']);
  expect(explained.text).toContain('a deactivated account is not judged');
});
