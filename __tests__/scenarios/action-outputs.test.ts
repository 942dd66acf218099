import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, DEMO_AS_OF, EXCUSED, PLANTED } from '../../demo/company.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import { render, tagsOf } from '../reporters/markdown.ts';
import { commandsOf } from '../reporters/runner.ts';
import { type ActionFinished, action, leapsome, SCIM_POLICY, workspace } from './harness.ts';

const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');
const OUTPUTS = [
  'drift-count',
  'error-count',
  'excepted-count',
  'groups-checked',
  'manifest-path',
  'manifest-sha256',
  'notice-count',
  'policy-sha256',
  'report-path',
  'report-sha256',
  'result',
  'users-checked',
  'warning-count',
];
const ANNOTATIONS = ['error', 'warning', 'notice'];

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function inputs(standIn: StandIn, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    policy: 'policy.yml',
    'scim-url': standIn.scimUrl,
    'scim-token': standIn.token,
    'as-of': DEMO_AS_OF,
    'personal-data': 'show',
    ...more,
  };
}

async function run(
  policy: string,
  more: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Promise<ActionFinished & { cwd: string }> {
  const cwd = workspace({ 'policy.yml': policy });
  return { ...(await action({ cwd, inputs: inputs(await leapsome(), more), env })), cwd };
}

describe('outputs', () => {
  test('all of them, when there is drift', async () => {
    const { code, outputs, report, cwd } = await run(SCIM_POLICY);
    expect(code).toBe(1);
    expect(Object.keys(outputs).sort()).toEqual(OUTPUTS);
    const open = report!.findings.filter((finding) => finding.status === 'open');
    expect(open).toHaveLength(PLANTED.length);
    const path = join(cwd, 'leapsome-access-report/report.json');
    const manifest = join(cwd, 'leapsome-access-report/manifest.json');
    expect(outputs).toEqual({
      result: 'drift',
      'manifest-path': manifest,
      'manifest-sha256': sha256(readFileSync(manifest)),
      'drift-count': String(open.length),
      'error-count': String(open.filter((finding) => finding.severity === 'error').length),
      'warning-count': String(open.filter((finding) => finding.severity === 'warning').length),
      'notice-count': String(open.filter((finding) => finding.severity === 'notice').length),
      'excepted-count': String(EXCUSED.length),
      'users-checked': String(BRIGHTWATER.people.length),
      'groups-checked': String(BRIGHTWATER.groups.length),
      'report-path': path,
      'report-sha256': sha256(readFileSync(path)),
      'policy-sha256': sha256(SCIM_POLICY),
    });
  });

  test('when all is well', async () => {
    const { code, outputs } = await run(CLEAN);
    expect(code).toBe(0);
    expect(Object.keys(outputs).sort()).toEqual(OUTPUTS);
    expect(outputs).toMatchObject({ result: 'in-sync', 'error-count': '0' });
  });

  test('when there is no answer', async () => {
    const { code, outputs } = await run(CLEAN, { 'scim-token': 'wrong' });
    expect(code).toBe(2);
    expect(Object.keys(outputs).sort()).toEqual(OUTPUTS);
    expect(outputs).toMatchObject({ result: 'could-not-check', 'users-checked': '0', 'drift-count': '0' });
    expect(outputs['report-sha256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('when no report could be written', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN, out: 'a file' });
    const { code, outputs } = await action({
      cwd,
      inputs: inputs(await leapsome(), { 'report-dir': 'out' }),
    });
    expect(code).toBe(2);
    expect(outputs).toMatchObject({ result: 'could-not-check', 'report-path': '', 'report-sha256': '' });
  });

  test('that cannot be set are a warning', async () => {
    const { code, stdout } = await run(CLEAN, {}, { GITHUB_OUTPUT: '/nowhere/at/all' });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^::warning::The outputs/m);
  });

  test('of validate', async () => {
    const { code, outputs, summary } = await run(CLEAN, { command: 'validate' });
    expect(code).toBe(0);
    expect(outputs).toMatchObject({ result: 'valid', 'policy-sha256': sha256(CLEAN) });
    expect(summary).not.toMatch(/in sync/i);
  });
});

describe('annotations', () => {
  test('stand at the very lines and columns of the policy', async () => {
    const { stdout, report } = await run(SCIM_POLICY);
    const lines = SCIM_POLICY.split('\n');
    const marks = commandsOf(stdout).filter(({ name }) => ANNOTATIONS.includes(name));
    expect(marks).toHaveLength(PLANTED.length);
    for (const { properties, data } of marks) {
      const { file, line, col, endLine, endColumn } = properties;
      expect(file).toBe('policy.yml');
      expect(endLine).toBe(line);
      const marked = lines[Number(line) - 1]!.slice(Number(col) - 1, Number(endColumn) - 1);
      expect(marked.trim()).toBe(marked);
      expect(marked).not.toBe('');
      const finding = report!.findings.find(
        ({ location, message }) => data.includes(message) && location.line === Number(line),
      );
      expect(finding?.location.column).toBe(Number(col));
    }
    const severities = marks.map(({ name }) => ANNOTATIONS.indexOf(name));
    expect(severities).toEqual([...severities].sort());
  });

  test('mark what the finding is about', async () => {
    const { stdout } = await run(SCIM_POLICY);
    const lines = SCIM_POLICY.split('\n');
    const marked = commandsOf(stdout)
      .filter(({ name }) => ANNOTATIONS.includes(name))
      .map(({ properties: { title, line, col, endColumn } }) => [
        title,
        lines[Number(line) - 1]!.slice(Number(col) - 1, Number(endColumn) - 1),
      ]);
    expect(marked).toContainEqual(['Access drift: unexpected-member', 'at-most: [{ department: Finance }]']);
    expect(marked).toContainEqual(['Access drift: renamed-group', 'name: Survey Owners']);
    expect(marked).toContainEqual(['Access drift: requirement', 'externals-have-an-end-date']);
  });

  test('are at most ten of a kind, the tenth of which counts the rest', async () => {
    const policy = `version: 1
rules: { unmanaged-group: notice, missing-account: warning }
accounts: { at-most: [] }
groups: [{ name: Works Council, members: { at-least: [${Array.from({ length: 30 }, (_, i) => `nobody${i}@brightwater.example`).join(', ')}] } }]
`;
    const { code, stdout, outputs, summary } = await run(policy);
    expect(code).toBe(1);
    const marks = commandsOf(stdout);
    for (const kind of ANNOTATIONS) {
      const ofKind = marks.filter(({ name }) => name === kind);
      const total = Number(outputs[`${kind}-count`]);
      expect(total).toBeGreaterThan(10);
      expect(ofKind).toHaveLength(10);
      expect(ofKind.at(-1)?.data).toBe(`${total - 9} more ${kind}s, see the summary`);
      for (const { data } of ofKind) expect(data.length).toBeLessThanOrEqual(4096);
    }
    expect(summary).toContain('nobody29');
  });

  test('of a policy that is wrong in thirty places are ten as well', async () => {
    const policy = `version: 1\n${Array.from({ length: 30 }, (_, i) => `key${i}: 1\n`).join('')}`;
    for (const command of ['check', 'validate']) {
      const { stdout } = await run(policy, { command });
      const errors = commandsOf(stdout).filter(({ name }) => name === 'error');
      expect(errors).toHaveLength(10);
      expect(errors.at(-1)?.data).toContain('21 more errors');
      expect(errors[0]?.properties).toMatchObject({
        file: 'policy.yml',
        line: '2',
        col: '1',
        endColumn: '5',
      });
    }
  });
});

describe('the summary', () => {
  test('has the verdict, the population and the findings', async () => {
    const { summary } = await run(SCIM_POLICY);
    const html = render(summary);
    expect(new Set(tagsOf(html))).not.toContain('script');
    for (const word of ['11', 'Payroll Admins', 'rafael.ortiz', 'unexpected-member', 'PEOPLE-118'])
      expect(summary.replaceAll('&#64;<wbr>', '@').replaceAll('&#46;', '.')).toContain(word);
  });

  test('that cannot be written is a warning, and the verdict stands', async () => {
    const directory = workspace();
    mkdirSync(join(directory, 'summary'));
    for (const path of [join(directory, 'summary'), join(directory, 'missing'), '/proc/nothing']) {
      const { code, stdout, outputs } = await run(CLEAN, {}, { GITHUB_STEP_SUMMARY: path });
      expect({ code, result: outputs.result }).toEqual({ code: 0, result: 'in-sync' });
      expect(commandsOf(stdout).filter(({ name }) => name === 'warning')).toEqual([
        expect.objectContaining({ data: expect.stringContaining('summary could not be written') }),
      ]);
    }
  });

  test('that nobody asks for is not missed', async () => {
    const { code, stdout } = await run(CLEAN, {}, { GITHUB_STEP_SUMMARY: '' });
    expect(code).toBe(0);
    expect(stdout).not.toContain('summary could not');
  });
});

test('under act there is plain text, and no command but the masks', async () => {
  const { code, stdout, outputs, summary } = await run(SCIM_POLICY, { polcy: 'x' }, { ACT: 'true' });
  expect({ code, result: outputs.result, summary }).toEqual({ code: 1, result: 'drift', summary: '' });
  expect(new Set(commandsOf(stdout).map(({ name }) => name))).toEqual(new Set(['add-mask']));
  expect(stdout).toContain('rafael.ortiz');
  expect(stdout).toContain('There is no input "polcy"');
});

describe('personal data', () => {
  const event = (visibility: string | undefined, isPrivate: boolean) => ({
    repository: { full_name: 'acme/policy', private: isPrivate, ...(visibility ? { visibility } : {}) },
  });
  const named = new Set(SCIM_POLICY.match(/[\w.]+@[\w.]+/g));
  const others = BRIGHTWATER.people.map((person) => person.userName).filter((name) => !named.has(name));
  const local = others.map((name) => name.split('@')[0]!);

  test.each<[string, string, object | undefined, 'show' | 'mask']>([
    ['auto in a private repository', 'auto', event('private', true), 'show'],
    ['auto in an internal repository', 'auto', event('internal', true), 'show'],
    ['auto in a public repository', 'auto', event('public', false), 'mask'],
    ['auto in a public repository that claims to be private', 'auto', event('public', true), 'mask'],
    ['auto, only the old field known', 'auto', event(undefined, true), 'show'],
    ['auto, a visibility that nobody knows', 'auto', event('secret', true), 'mask'],
    ['auto, nothing known', 'auto', undefined, 'mask'],
    ['mask in a private repository', 'mask', event('private', true), 'mask'],
    ['show in a public repository', 'show', event('public', false), 'show'],
  ])('%s', async (_, personalData, payload, expected) => {
    const cwd = workspace({ 'policy.yml': SCIM_POLICY });
    const { stdout, stderr, summary, outputs, report } = await action({
      cwd,
      inputs: inputs(await leapsome(), { 'personal-data': personalData }),
      ...(payload ? { event: payload } : {}),
    });
    expect(report?.personalData).toBe(expected);
    const text = [stdout, stderr, summary, JSON.stringify(outputs), JSON.stringify(report)].join('\n');
    const shown = local.filter((name) => text.includes(name));
    if (expected === 'mask') expect(shown).toEqual([]);
    else expect(shown.length).toBeGreaterThan(3);
    if (expected === 'mask') expect(text).toMatch(/user [0-9a-f]{8}…[0-9a-f]{4}/);
    // The policy names this one, so everybody can know.
    expect(text).toContain('rafael.ortiz');
  });

  test('a damaged or enormous payload masks', async () => {
    const directory = workspace({ 'event.json': '{"repository": {"private": true', empty: '' });
    for (const path of [join(directory, 'event.json'), directory, '/nowhere']) {
      const { report } = await run(SCIM_POLICY, { 'personal-data': 'auto' }, { GITHUB_EVENT_PATH: path });
      expect(report?.personalData).toBe('mask');
    }
  });
});

describe('a command that ends before there is a report', () => {
  const mistakes = Array.from({ length: 12 }, (_, index) => `key${index}: 1\n`).join('');

  test('names in the summary every mistake that the annotations leave out', async () => {
    const cwd = workspace({ 'policy.yml': `version: 1\n${mistakes}` });
    const { code, stdout, summary } = await action({
      cwd,
      inputs: { command: 'validate', policy: 'policy.yml' },
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^::error title=There is more::.* more errors, see the summary$/m);
    const text = render(summary);
    for (let index = 0; index < 12; index += 1) expect(text).toContain(`there is no &quot;key${index}&quot;`);
  });

  test('says nothing in the summary of a valid policy', async () => {
    const cwd = workspace({ 'policy.yml': CLEAN });
    const { code, summary } = await action({ cwd, inputs: { command: 'validate', policy: 'policy.yml' } });
    expect([code, summary]).toEqual([0, '']);
  });

  test('says in the summary which input was refused, and not what was in it', async () => {
    const { code, summary } = await run(CLEAN, {
      'scim-token': 'half-a-token and-the-rest',
      'fail-on': 'errors',
    });
    expect(code).toBe(2);
    const text = render(summary);
    expect(text).toContain('input-invalid');
    expect(text).toMatch(/The input (?:"|&quot;)fail-on/);
    expect(text).toContain('What to do');
    expect(summary).not.toMatch(/half-a-token|and-the-rest|errors/);
  });
});
