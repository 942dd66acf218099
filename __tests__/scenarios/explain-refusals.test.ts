import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, type Company } from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import { explanationOf } from '../reporters/explanation-schema.ts';
import { groups, only, people } from './doctor.ts';
import { type Explained, explain, person, target } from './explain.ts';
import { cli, leapsome, workspace } from './harness.ts';

const PLAIN = 'version: 1\n';

function problem({ explanation: { problems, about } }: Explained): string {
  expect(about).toBeNull();
  expect(problems).toHaveLength(1);
  return `${problems[0]!.code}: ${problems[0]!.message} ${problems[0]!.hint}`;
}

describe('a name that fits several', () => {
  test('groups: both ids are listed, and an id is enough', async () => {
    const env = environmentOf(await leapsome());
    const said = problem(await explain(env, ['Engineering']));
    const [id] = /[0-9a-f]{24}(?=: team)/.exec(said)!;
    expect(said).toContain('"Engineering" may mean 2 groups');
    expect(said).toContain(': department');
    expect(said).toContain('ask again by its id.');
    expect(target(await explain(env, [id]))).toMatchObject({ target: { name: 'Engineering', kind: 'team' } });
  });

  test('groups that differ in a blank at the end are told apart', async () => {
    const [first, second, ...others] = BRIGHTWATER.groups;
    const company: Company = {
      ...BRIGHTWATER,
      groups: [{ ...first!, name: 'Payroll' }, { ...second!, name: 'Payroll ' }, ...others],
    };
    const env = environmentOf(await leapsome({ company }));
    for (const { id, name } of company.groups.slice(0, 2))
      expect(target(await explain(env, [name], PLAIN))).toMatchObject({ target: { id, name } });
  });

  test('a group and a role: --kind decides', async () => {
    const company: Company = {
      ...BRIGHTWATER,
      roles: BRIGHTWATER.roles.map((role) =>
        role.name === 'HR Admin' ? { ...role, name: 'People Ops' } : role,
      ),
    };
    const env = environmentOf(await leapsome({ company }));
    expect(problem(await explain(env, ['People Ops'], PLAIN))).toMatch(
      /1 group \(.*\) or 1 access role \(.*\)\. .*with --kind group or --kind role\.$/,
    );
    expect(target(await explain(env, ['People Ops', '--kind', 'role'], PLAIN)).kind).toBe('role');
    expect(target(await explain(env, ['People Ops', '--kind', 'group'], PLAIN)).kind).toBe('group');
  });
});

describe('what nobody and nothing is called', () => {
  test('an address: no other one is offered', async () => {
    const said = await explain(only(await leapsome(), 'scim'), ['rafael.ortis@brightwater.example'], PLAIN);
    expect(problem(said)).toContain('No account in Leapsome has the address');
    for (const { userName } of people) expect(said.stdout + said.text).not.toContain(userName);
  });

  test('an address that the policy names', async () => {
    const policy = 'version: 1\nsets: { all: [gone@brightwater.example] }\n';
    const said = await explain(only(await leapsome(), 'scim'), ['Gone@brightwater.example'], policy);
    expect(problem(said)).toContain('though the policy names it');
  });

  test.each([
    ['Payrol Admins', 'Did you mean "Payroll Admins"?'],
    ['super admin', 'Did you mean "Super Admin"?'],
    ['unexpected-membr', 'Did you mean "unexpected-member"?'],
    ['Office *', 'is a pattern: ask for one of the groups that it matches'],
  ])('%s', async (name, says) => {
    expect(problem(await explain(environmentOf(await leapsome()), [name]))).toContain(says);
  });

  test('a role, where nobody tells which there are', async () => {
    const said = await explain(only(await leapsome(), 'scim'), ['Super Admin', '--kind', 'role'], PLAIN);
    expect(problem(said)).toContain('But which access roles there are is unknown: only');
  });
});

describe('what keeps a check from an answer keeps this from one', () => {
  test('no policy', async () => {
    expect(problem(await explain({}, ['jo@example.com'], null))).toMatch(/^policy-not-found: /);
  });

  test('a policy with mistakes', async () => {
    const { explanation } = await explain({}, ['jo@example.com'], 'version: 1\ngroup: []\n');
    expect(explanation.problems[0]).toMatchObject({ code: 'policy-invalid', location: { line: 2 } });
  });

  test('no credentials', async () => {
    expect(problem(await explain({}, ['jo@example.com'], PLAIN))).toMatch(/^no-credentials: /);
  });

  test('a source that the policy requires', async () => {
    const policy = 'version: 1\nsources: { required: [content] }\n';
    const said = await explain(only(await leapsome(), 'scim'), ['Payroll Admins'], policy);
    expect(problem(said)).toContain("requires Leapsome's Content API");
  });

  test('a token that is refused', async () => {
    const env = { ...only(await leapsome(), 'scim'), LEAPSOME_SCIM_TOKEN: 'another' };
    expect(problem(await explain(env, ['Payroll Admins'], PLAIN))).toMatch(/^token-invalid: /);
  });

  test('fewer people than the policy believes', async () => {
    const said = await explain(
      only(await leapsome(), 'scim'),
      ['Payroll Admins'],
      'version: 1\npopulation: { min-users: 1000 }\n',
    );
    expect(problem(said)).toMatch(/^implausible-population: /);
  });
});

describe('a run that comes to no end', () => {
  const silent = () => leapsome({ faults: [{ kind: 'never-answer' }] });

  test('ends after its time', async () => {
    // Once: whether the run or its only request runs out of time first is a matter of milliseconds.
    const { code, stdout } = await cli(
      ['explain', 'Payroll Admins', '--policy', 'p.yml', '--format', 'json', '--timeout', '1s'],
      { cwd: workspace({ 'p.yml': PLAIN }), env: only(await silent(), 'scim') },
    );
    expect([code, explanationOf(stdout).problems[0]?.code]).toEqual([2, 'timed-out']);
  });

  test('ends when somebody cancels it', async () => {
    const standIn = await silent();
    const stop = async (kill: () => void): Promise<void> => {
      while (standIn.requests.length === 0) await pause(20);
      kill();
    };
    const { code, stdout } = await cli(
      ['explain', 'Payroll Admins', '--policy', 'p.yml', '--format', 'json'],
      {
        cwd: workspace({ 'p.yml': PLAIN }),
        env: only(standIn, 'scim'),
        onStart: ({ kill }) => void stop(() => kill('SIGTERM')),
      },
    );
    expect([code, explanationOf(stdout).problems[0]?.code]).toEqual([2, 'cancelled']);
  });
});

describe('arguments', () => {
  test.each<[string[], string[]]>([
    [[], ['needs to know what to explain', 'explain jo@example.com']],
    [
      ['Payroll', 'Admins'],
      ['"Admins" was not expected', 'stands in quotes'],
    ],
    [
      ['x', '--kind', 'team'],
      ['--kind cannot be "team"', 'person, group, role, rule'],
    ],
    [['x', '--fail-on', 'error'], ['no option "--fail-on"']],
    [['x', '--format', 'github'], ['--format cannot be "github"']],
    [['x', '--kind'], ['--kind needs a value']],
  ])('%j', async (args, says) => {
    const standIn = await leapsome();
    const run = await cli(['explain', ...args], { cwd: workspace(), env: only(standIn, 'scim') });
    expect({ code: run.code, stdout: run.stdout, files: run.files }).toEqual({
      code: 2,
      stdout: '',
      files: [],
    });
    for (const each of says) expect(run.stderr).toContain(each);
    expect(standIn.requests).toEqual([]);
  });

  test('other commands take no question', async () => {
    for (const args of [
      ['validate', 'x'],
      ['check', '--kind', 'role'],
    ])
      expect((await cli(args, { cwd: workspace() })).code).toBe(2);
  });

  test('help names the question and all options', async () => {
    const { code, stdout } = await cli(['explain', '--help'], { cwd: workspace() });
    expect(code).toBe(0);
    expect(stdout).toContain('explain SUBJECT [OPTIONS]');
    for (const option of ['policy', 'scim-url', 'as-of', 'personal-data', 'timeout', 'kind', 'format'])
      expect(stdout).toMatch(new RegExp(`^  --${option} +\\S`, 'm'));
    expect(stdout).toContain('Exit codes: 0 explained, 2 could not check.');
  });
});

describe('masked, as in a report', () => {
  const policy =
    'version: 1\ngroups: [{ name: Payroll Admins, members: [marta.kowalczyk@brightwater.example] }]\n';
  const id = people.find(({ userName }) => userName.startsWith('rafael.ortiz'))!.id;

  test('a group names those whom the policy names, and counts the others', async () => {
    const explained = await explain(only(await leapsome(), 'scim'), ['Payroll Admins'], policy);
    expect(target(explained).members?.active).toEqual({
      count: 4,
      names: ['marta.kowalczyk@brightwater.example'],
    });
    expect(named(explained)).toEqual(['marta.kowalczyk@brightwater.example']);
  });

  test('whoever was asked for by address is named, by id not', async () => {
    const env = only(await leapsome(), 'scim');
    const byAddress = await explain(env, ['Rafael.Ortiz@brightwater.example'], policy);
    expect(person(byAddress).user).toEqual({ id, email: 'rafael.ortiz@brightwater.example' });
    expect(person(byAddress).findings[0]?.message).toMatch(/^rafael\.ortiz@/);
    expect(named(byAddress)).toEqual([
      'marta.kowalczyk@brightwater.example',
      'rafael.ortiz@brightwater.example',
    ]);
    const byId = await explain(env, [id], policy);
    expect(person(byId).user).toEqual({ id });
    expect(named(byId)).toEqual(['marta.kowalczyk@brightwater.example']);
    expect(byId.text).toContain(`user ${id.slice(0, 8)}…${id.slice(-4)}`);
  });

  test('also where the policy names the person by id alone', async () => {
    const byId = policy.replace('members: [', `members: [{ id: "${id}" }, `);
    const env = only(await leapsome(), 'scim');
    for (const subject of ['Payroll Admins', id])
      expect(named(await explain(env, [subject], byId))).toEqual(['marta.kowalczyk@brightwater.example']);
  });

  function named({ stdout, text }: Explained): string[] {
    const all = stdout + text;
    return people
      .map(({ userName }) => userName)
      .filter((one) => all.includes(one))
      .sort();
  }
});

test('what Leapsome calls a group is shown, and never obeyed', async () => {
  const name = '##[error]x\n::error::y\u202e';
  const company: Company = {
    ...BRIGHTWATER,
    groups: BRIGHTWATER.groups.map((group) => (group.name === 'Payroll Admins' ? { ...group, name } : group)),
  };
  const env = only(await leapsome({ company }), 'scim');
  const { id } = groups.find((group) => group.name === 'Payroll Admins')!;
  for (const subject of [id, 'rafael.ortiz@brightwater.example']) {
    const explained = await explain(env, [subject], PLAIN);
    expect(explained.text).toContain('#\\u0023[error]x\\n:\\u003aerror:\\u003ay\\u202e');
    for (const output of [explained.text, explained.stdout]) {
      expect(output).not.toContain('##[');
      expect(output).not.toMatch(/^ *::/m);
      expect(output).not.toContain('\u202e');
    }
  }
});
