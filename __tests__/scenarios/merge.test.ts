import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { BRIGHTWATER } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { manifestText } from '../../src/evidence/manifest.ts';
import type { Merged } from '../../src/model/merged.ts';
import type { Report } from '../../src/model/report.ts';
import { sha256 } from '../../src/sha256.ts';
import { render, tagsOf } from '../reporters/markdown.ts';
import { commandsOf } from '../reporters/runner.ts';
import { drift, finding, report, withRules } from '../reporters/sample.ts';
import { action, against, cli, leapsome, SCIM_POLICY, workspace } from './harness.ts';

type Files = Readonly<Record<string, string | Buffer>>;

const AS_OF = '2026-11-22';
const CLEAN = readFileSync(new URL('../../demo/clean-policy.yml', import.meta.url), 'utf8');

/** What runs against the stand-in wrote: a tenant that is in sync, one with drift, one that could not be checked. */
const REAL: Record<'clean' | 'drifted' | 'refused', string> = { clean: '', drifted: '', refused: '' };

beforeAll(async () => {
  const standIn = await leapsome({ population: scimRows(BRIGHTWATER) });
  const check = async (policy: string, token?: string) => {
    const cwd = workspace({ 'policy.yml': policy });
    const args = ['check', '--policy', 'policy.yml', '--as-of', AS_OF, '--personal-data', 'show'];
    await cli(args, { cwd, env: against(standIn, token) });
    return readFileSync(join(cwd, 'leapsome-access-report/report.json'), 'utf8');
  };
  REAL.clean = await check(CLEAN);
  REAL.drifted = await check(SCIM_POLICY);
  REAL.refused = await check(CLEAN, 'wrong-token');
  expect((JSON.parse(REAL.clean) as Report).result).toBe('in-sync');
  expect((JSON.parse(REAL.drifted) as Report).result).toBe('drift');
  expect((JSON.parse(REAL.refused) as Report).result).toBe('could-not-check');
});

/** A report of a tenant of its own: never two of the same bytes. */
let made = 0;
function like(text: string): string {
  made += 1;
  const told = JSON.parse(text) as { run: object };
  return JSON.stringify({ ...told, run: { sha: made.toString(16).padStart(40, '0') } });
}

/** A manifest as a run writes it, which lists this report and whatever else is said. */
function manifestOf(
  content: string | Buffer,
  { listed = {}, more = {} }: { listed?: object; more?: object } = {},
): string {
  const file = { name: 'report.json', size: Buffer.byteLength(content), sha256: sha256(content), ...listed };
  const pack = {
    distSha256: null,
    formats: ['json'] as const,
    snapshot: null,
    files: [file],
    notWritten: [],
  };
  return manifestText({ ...report(), ...more }, pack, sha256);
}

/** The files, and beside each report the manifest that a run writes with it. */
function packs(files: Files): Files {
  const reports = Object.entries(files).filter(([path]) => path.endsWith('/report.json'));
  const manifests = reports.map(([path, content]) => [
    path.replace(/report\.json$/, 'manifest.json'),
    manifestOf(content),
  ]);
  return { ...Object.fromEntries(manifests), ...files };
}

function run(files: Files, args: readonly string[] = []) {
  const cwd = workspace(packs(files));
  return cli(['merge', 'reports', ...args], { cwd });
}

async function merged(files: Files, args: readonly string[] = []) {
  const { code, stdout, stderr } = await run(files, [...args, '--format', 'json']);
  expect(stderr).toBe('');
  return { code, merged: JSON.parse(stdout) as Merged };
}

function codesOf(merged: Merged): Record<string, string> {
  return Object.fromEntries(
    merged.tenants.map(({ name, problems }) => [name, problems.map((p) => p.code).join()]),
  );
}

describe('reports of real runs', () => {
  test('one verdict, the worst of all', async () => {
    const clean = await run({ 'reports/acme/report.json': REAL.clean });
    expect([clean.code, clean.stdout.trimEnd().split('\n').at(-1)]).toEqual([
      0,
      expect.stringContaining('In sync: 1 tenant.'),
    ]);
    const two = { 'reports/acme/report.json': REAL.clean, 'reports/beta/report.json': REAL.drifted };
    expect((await run(two)).code).toBe(1);
    const three = await run({ ...two, 'reports/gamma/report.json': REAL.refused });
    expect(three.code).toBe(2);
    expect(three.stdout).toContain(`? gamma  could not check: ${codeOf(REAL.refused)}`);
    expect(three.stdout).toContain('✖ beta  drift: ');
    expect(three.stdout).toContain('✔ In sync: acme');
    expect(three.stdout).toContain('Could not check 1 of 3 tenants, drift in 1.');
  });

  test('the sums are theirs, and the JSON fits the published schema', async () => {
    const { code, merged: united } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/beta/report.json': REAL.drifted,
      'reports/gamma/report.json': REAL.refused,
    });
    expect(code).toBe(2);
    const reports = Object.values(REAL).map((text) => JSON.parse(text) as Report);
    expect(united.counts.error).toBe(reports.reduce((all, { counts }) => all + counts.error, 0));
    expect(united.population.users).toBe(
      reports.reduce((all, each) => all + (each.population?.users ?? 0), 0),
    );
    const schema = JSON.parse(
      readFileSync(new URL('../../schema/merged.schema.json', import.meta.url), 'utf8'),
    );
    const ajv = addFormats.default(new Ajv({ strict: true }));
    const validate = ajv.compile(schema);
    validate(united);
    expect(validate.errors).toBeNull();
  });

  test('people of an unmasked report are shown only where that is asked for', async () => {
    const files = { 'reports/beta/report.json': REAL.drifted };
    const email = (JSON.parse(REAL.drifted) as Report).findings.find(({ user }) => user?.email)!.user!.email!;
    expect((await run(files)).stdout).not.toContain(email);
    expect((await run(files, ['--personal-data', 'show'])).stdout).toContain(email);
  });

  test('directories may be given one by one, and nested in artifacts', async () => {
    const cwd = workspace(
      packs({
        'a/report.json': REAL.clean,
        'down/artifact-1/beta/report.json': REAL.drifted,
        'down/artifact-2/gamma/report.json': like(REAL.clean),
      }),
    );
    const { stdout, code } = await cli(['merge', 'a', 'down', 'a', 'down/artifact-1', '--format', 'json'], {
      cwd,
    });
    const names = (JSON.parse(stdout) as Merged).tenants.map(({ name, path }) => [name, path]);
    expect([code, names]).toEqual([
      1,
      [
        ['beta', 'down/artifact-1/beta'],
        ['a', 'a'],
        ['gamma', 'down/artifact-2/gamma'],
      ],
    ]);
  });
});

function codeOf(text: string): string {
  return (JSON.parse(text) as Report).problems[0]!.code;
}

describe('nothing is skipped', () => {
  const version = (text: string, schemaVersion: number) =>
    JSON.stringify({ ...JSON.parse(text), schemaVersion });
  const cases: readonly (readonly [string, () => string | Buffer, string])[] = [
    ['no JSON', () => '{"tool":', 'report-damaged'],
    ['nothing', () => '', 'report-damaged'],
    ['null', () => 'null', 'report-damaged'],
    ['no UTF-8', () => Buffer.from([0xff, 0xfe, 0x7b]), 'report-damaged'],
    ['another program', () => '{"tool":{"name":"eslint"},"schemaVersion":1}', 'report-damaged'],
    ['another schema', () => version(REAL.clean, 2), 'report-damaged'],
    [
      'a key that is gone',
      () => JSON.stringify({ ...JSON.parse(REAL.clean), counts: undefined }),
      'report-damaged',
    ],
    [
      'a key of another type',
      () => JSON.stringify({ ...JSON.parse(REAL.clean), failOn: '__proto__' }),
      'report-damaged',
    ],
    ['deep nesting', () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'report-damaged'],
    [
      'a verdict that was edited',
      () => REAL.drifted.replace('"result": "drift"', '"result": "in-sync"'),
      'report-contradictory',
    ],
  ];
  test.each(cases)('a report of %s', async (_, content, code) => {
    const { code: exit, merged: united } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/beta/report.json': content(),
    });
    expect(exit).toBe(2);
    expect(codesOf(united)).toEqual({ beta: code, acme: '' });
  });

  test('a report of a later version, with keys that this one does not know', async () => {
    const later = JSON.parse(REAL.clean) as Record<string, unknown>;
    later.tool = { name: 'leapsome-access-policy', version: '9.9.9', built: 'x' };
    later.something = { new: true };
    const { code, merged: united } = await merged({ 'reports/acme/report.json': JSON.stringify(later) });
    expect([code, united.tenants[0]!.report!.toolVersion]).toEqual([0, '9.9.9']);
  });

  test('a directory without a report, beside one that has one', async () => {
    const { code, merged: united } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/beta/report.sarif': '{}',
      'reports/README.md': 'a file is no tenant',
    });
    expect([code, codesOf(united)]).toEqual([2, { beta: 'report-missing', acme: '' }]);
  });

  test('a directory without a report, also where a report lies above', async () => {
    const files = { 'reports/report.json': like(REAL.clean), 'reports/acme/report.json': like(REAL.clean) };
    expect((await merged(files)).code).toBe(0);
    const { code, merged: united } = await merged({ ...files, 'reports/beta/note.txt': 'x' });
    expect([code, codesOf(united)]).toEqual([2, { beta: 'report-missing', reports: '', acme: '' }]);
  });

  test.each<[string, string, (cwd: string) => void]>([
    ['an empty directory', 'beta', (cwd) => mkdirSync(join(cwd, 'reports/beta'))],
    [
      'a link to a tenant with drift',
      'beta',
      (cwd) => symlinkSync(join(cwd, 'elsewhere/beta'), join(cwd, 'reports/beta')),
    ],
    [
      'a tenant with drift, too deep',
      'deep',
      (cwd) => cpSync(join(cwd, 'elsewhere/beta'), join(cwd, 'reports/x/y/deep'), { recursive: true }),
    ],
  ])('%s below the only report', async (_, name, put) => {
    const cwd = workspace(
      packs({ 'reports/report.json': REAL.clean, 'elsewhere/beta/report.json': REAL.drifted }),
    );
    put(cwd);
    const { code, stdout } = await cli(['merge', 'reports', '--format', 'json'], { cwd });
    const codes = codesOf(JSON.parse(stdout));
    expect([code, codes]).toEqual([2, { reports: '', [name === 'deep' ? 'x' : name]: 'report-missing' }]);
  });

  test('a tenant that lies deeper than anybody looks, below one that does not', async () => {
    const { code, merged: united } = await merged({
      'reports/artifact/acme/report.json': REAL.clean,
      'reports/artifact/acme/beta/report.json': REAL.drifted,
    });
    expect([code, codesOf(united)]).toEqual([2, { beta: 'report-missing', acme: '' }]);
    expect(united.tenants[0]!.problems[0]!.message).toBe(
      'reports/artifact/acme/beta lies too deep: nobody looks into it.',
    );
  });

  test.each([
    ['is not there', {}],
    ['holds no report.json', { 'reports/readme.txt': 'x' }],
    ['is no directory', { reports: 'x' }],
  ])('a directory that %s', async (why, files) => {
    const { code, merged: united } = await merged(files);
    expect([code, united.tenants[0]!.problems[0]!.message]).toEqual([2, `reports ${why}.`]);
  });

  test('links, directories and pipes in the place of a report', async () => {
    const cwd = workspace(
      packs({
        'reports/acme/report.json': REAL.clean,
        'outside/report.json': like(REAL.clean),
      }),
    );
    symlinkSync(join(cwd, 'outside'), join(cwd, 'reports/link'));
    mkdirSync(join(cwd, 'reports/file'));
    symlinkSync(join(cwd, 'outside/report.json'), join(cwd, 'reports/file/report.json'));
    mkdirSync(join(cwd, 'reports/folder/report.json'), { recursive: true });
    mkdirSync(join(cwd, 'reports/pipe'));
    execFileSync('mkfifo', [join(cwd, 'reports/pipe/report.json')]);
    const { code, stdout } = await cli(['merge', 'reports', '--format', 'json'], { cwd });
    expect([code, codesOf(JSON.parse(stdout))]).toEqual([
      2,
      {
        acme: '',
        link: 'report-missing',
        file: 'report-unreadable',
        folder: 'report-unreadable',
        pipe: 'report-unreadable',
      },
    ]);
  });

  test('tenants that were expected', async () => {
    const files = { 'reports/acme/report.json': REAL.clean, 'reports/beta/report.json': like(REAL.clean) };
    expect((await run(files, ['--expect', 'acme, beta'])).code).toBe(0);
    const { code, stdout } = await run(files, ['--expect', 'acme,beta', '--expect', 'gamma']);
    expect(code).toBe(2);
    expect(stdout).toContain('There is no report of gamma, which was expected.');
    const surplus = await run(files, ['--expect', 'acme']);
    expect([surplus.code, surplus.stdout]).toEqual([
      0,
      expect.stringContaining('The report in reports/beta was not expected. It counts all the same.'),
    ]);
  });

  test('a report that is too old', async () => {
    const old = JSON.stringify({ ...JSON.parse(REAL.clean), finishedAt: '2020-01-01T00:00:00.000Z' });
    const files = { 'reports/acme/report.json': REAL.clean, 'reports/beta/report.json': old };
    expect((await run(files)).code).toBe(0);
    const { code, merged: united } = await merged(files, ['--max-age', '24h']);
    expect([code, codesOf(united)]).toEqual([2, { beta: 'report-stale', acme: '' }]);
  });

  test('one report under two names', async () => {
    const { code, merged: united } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/beta/report.json': REAL.clean,
    });
    expect([code, codesOf(united)]).toEqual([2, { acme: 'report-copied', beta: 'report-copied' }]);
  });
});

describe('a manifest beside the report', () => {
  test('may be as large as one that verify takes', async () => {
    const content = like(REAL.clean);
    const files = Array.from({ length: 4 }, (_, at) => ({
      path: `${'x'.repeat(5_000_000)}${at}.yml`,
      sha256: 'f'.repeat(64),
    }));
    const manifest = manifestOf(content, { more: { policy: { sha256: 'f'.repeat(64), files } } });
    expect(manifest.length).toBeGreaterThan(16 * 1024 * 1024);
    const { code } = await merged({
      'reports/acme/report.json': content,
      'reports/acme/manifest.json': manifest,
    });
    expect(code).toBe(0);
  });

  test('that fits is said so', async () => {
    const { code, merged: united } = await merged({ 'reports/acme/report.json': REAL.clean });
    expect([code, united.tenants[0]!.report!.inManifest]).toEqual([0, true]);
  });

  test('of a later version, with keys that this one does not know', async () => {
    const later = { personalData: { new: true }, result: 'better' };
    const { code } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/acme/manifest.json': manifestOf(REAL.clean, { more: later }),
    });
    expect(code).toBe(0);
  });

  test('is there after every run that came to its end: without it no report counts', async () => {
    const cwd = workspace({ 'reports/acme/report.json': REAL.clean });
    const { code, stdout } = await cli(['merge', 'reports'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toContain(
      'report-altered  In reports/acme, there is no manifest.json beside report.json.',
    );
    expect(stdout).toContain('Check that tenant again, and keep report.json and manifest.json together.');
  });

  test.each([
    [
      'of another hash',
      () => manifestOf(REAL.clean, { listed: { sha256: 'ab'.repeat(32) } }),
      'report-altered',
    ],
    ['of another length', () => manifestOf(REAL.clean, { listed: { size: 1 } }), 'report-altered'],
    [
      'that lists other files',
      () => manifestOf(REAL.clean, { listed: { name: 'x.json' } }),
      'report-altered',
    ],
    [
      'that was edited',
      () => manifestOf(REAL.clean).replace('"failOn": "', '"failOn": "x'),
      'report-altered',
    ],
    ['that is damaged', () => '{"files":', 'report-damaged'],
    ['of another shape', () => '{}', 'report-damaged'],
    ['whose hash is none', () => manifestOf(REAL.clean, { listed: { sha256: 'x' } }), 'report-damaged'],
    [
      'of another schema',
      () => manifestOf(REAL.clean).replace('"schemaVersion": 1', '"schemaVersion": 2'),
      'report-damaged',
    ],
  ])('%s', async (_, content, code) => {
    const { code: exit, merged: united } = await merged({
      'reports/acme/report.json': REAL.clean,
      'reports/acme/manifest.json': content(),
    });
    expect([exit, codesOf(united)]).toEqual([2, { acme: code }]);
  });
});

describe('arguments', () => {
  test.each([
    [[], 'No directory was named.'],
    [[''], 'The name of a directory is empty.'],
    [['reports', ' '], 'The name of a directory is empty.'],
    [['reports', '--max-age', 'soon'], '--max-age cannot be "soon".'],
    [['reports', '--format', 'xml'], '--format cannot be "xml".'],
    [['reports', '--personal-data', 'hide'], '--personal-data cannot be "hide".'],
    [['reports', '--expct', 'a'], 'There is no option "--expct". Did you mean'],
    [['reports', '--expect'], '--expect needs a value.'],
    [['reports', '--expect', 'a,b', '--expect', ' a '], '--expect names "a" twice.'],
    [['reports', '--max-age', '1h', '--max-age', '2h'], '--max-age stands there 2 times.'],
  ])('%j', async (args, message) => {
    const { code, stdout, stderr } = await cli(['merge', ...args], { cwd: workspace() });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('help', async () => {
    const { code, stdout } = await cli(['merge', '--help'], { cwd: workspace() });
    expect(code).toBe(0);
    // As it was started: by the path of the program, and not by a name that is not installed.
    expect(stdout).toMatch(/^Usage: node \S*index\.[jt]s merge DIR… \[OPTIONS\]$/m);
    expect((await cli(['--help'], { cwd: workspace() })).stdout).toContain('  merge ');
  });
});

describe('the action', () => {
  const merge = (cwd: string, inputs: Record<string, string> = {}) =>
    action({ cwd, inputs: { command: 'merge', reports: 'reports', ...inputs } });

  test('says it everywhere', async () => {
    const cwd = workspace(
      packs({
        'reports/acme/report.json': REAL.clean,
        'reports/beta/report.json': REAL.drifted,
        'leapsome-access-report/report.json': '{"result":"of an earlier step, and stays"}',
      }),
    );
    const { code, outputs, summary, stdout } = await merge(cwd, { expect: 'acme\nbeta\ngamma' });
    const drifted = JSON.parse(REAL.drifted) as Report;
    expect(code).toBe(2);
    const path = join(cwd, 'leapsome-access-report/merged.json');
    const bytes = readFileSync(path);
    expect(outputs).toMatchObject({
      result: 'could-not-check',
      'error-count': String(drifted.counts.error),
      'users-checked': String(2 * drifted.population!.users),
      'report-path': path,
      'report-sha256': createHash('sha256').update(bytes).digest('hex'),
    });
    expect(Object.keys(outputs)).toHaveLength(11);
    expect((JSON.parse(bytes.toString()) as Merged).tenants.map(({ name }) => name)).toEqual([
      'gamma',
      'beta',
      'acme',
    ]);
    const titles = commandsOf(stdout).map(({ name, properties }) => [name, properties.title]);
    expect(titles).toEqual([
      ['error', 'Could not check: gamma'],
      ['error', 'Access drift: beta'],
    ]);
    expect(render(summary)).toContain('Tenants that need attention');
    expect(existsSync(join(cwd, 'leapsome-access-report/report.json'))).toBe(true);
  });

  test('all in sync', async () => {
    const cwd = workspace(
      packs({ 'reports/a/report.json': REAL.clean, 'reports/b/report.json': like(REAL.clean) }),
    );
    const { code, outputs, stdout } = await merge(cwd, { expect: 'a,b', 'max-age': '1d' });
    expect([code, outputs.result, commandsOf(stdout)]).toEqual([0, 'in-sync', []]);
  });

  test('only inside of the workspace, and not through links', async () => {
    const outside = workspace({ 'acme/report.json': REAL.clean });
    const cwd = workspace();
    symlinkSync(outside, join(cwd, 'link'));
    for (const reports of ['../', outside, 'link', 'link/acme']) {
      const { code, outputs, stdout } = await merge(cwd, { reports });
      expect([code, outputs.result]).toEqual([2, 'could-not-check']);
      expect(stdout).toContain('leads out of the workspace.');
    }
  });

  test.each([
    [{ reports: '' }, 'The input "reports" is empty'],
    [{ 'max-age': 'x' }, 'The input "max-age" cannot be "x".'],
  ])('inputs %j, and no merge of an earlier run stays', async (inputs, message) => {
    const cwd = workspace({
      'reports/acme/report.json': REAL.clean,
      'leapsome-access-report/report.json': REAL.clean,
      'leapsome-access-report/merged.json': '{}',
    });
    const { code, outputs, stdout } = await merge(cwd, inputs);
    expect([code, outputs.result]).toEqual([2, 'could-not-check']);
    expect(stdout).toContain(message);
    expect(existsSync(join(cwd, 'leapsome-access-report/report.json'))).toBe(true);
    expect(existsSync(join(cwd, 'leapsome-access-report/merged.json'))).toBe(false);
  });

  test('a merge that cannot be written has no answer', async () => {
    const cwd = workspace({ 'reports/acme/report.json': REAL.clean, blocked: 'a file' });
    const { code, outputs, stdout } = await merge(cwd, { 'report-dir': 'blocked' });
    expect([code, outputs.result, outputs['report-path']]).toEqual([2, 'could-not-check', '']);
    expect(stdout).toContain('The report cannot be written');
  });
});

test('300 reports, hostile ones among them, make one summary that GitHub takes', async () => {
  const cwd = workspace();
  const nasty = [
    'a|b',
    '::error::x',
    '##[error]y',
    '<img src=x>',
    '@acme team',
    '-rf',
    '..x',
    '\u202egnp',
    'é',
  ];
  const names = Array.from({ length: 300 }, (_, i) => (i < nasty.length ? nasty[i]! : `tenant-${i}`));
  const text = (name: string) => `${name} `.repeat(150);
  names.forEach((name, i) => {
    const findings = Array.from({ length: 40 }, () => finding({ message: text(name), rule: name }));
    const run = { sha: `${i}` };
    const of = withRules(i % 2 === 0 ? drift(findings, { run }) : report({ run }));
    mkdirSync(join(cwd, 'reports', name), { recursive: true });
    writeFileSync(join(cwd, 'reports', name, 'report.json'), JSON.stringify(of));
    writeFileSync(join(cwd, 'reports', name, 'manifest.json'), manifestOf(JSON.stringify(of)));
  });
  const { code, summary, stdout, outputs } = await action({
    cwd,
    inputs: { command: 'merge', reports: 'reports', 'personal-data': 'show', expect: names.join('\n') },
  });
  expect([code, outputs['error-count']]).toEqual([1, String(150 * 40)]);
  expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
  expect(commandsOf(stdout).map(({ name }) => name)).toEqual(Array(10).fill('error'));
  expect(tagsOf(render(summary))).not.toContain('img');
  for (const name of names.slice(9)) expect(summary).toContain(`<code>${name}</code>`);
});

test('an artifact that was downloaded over another is told apart', async () => {
  const cwd = workspace(packs({ 'one/acme/report.json': REAL.clean, 'two/acme/report.json': REAL.drifted }));
  cpSync(join(cwd, 'one'), join(cwd, 'three'), { recursive: true });
  const { code, stdout } = await cli(
    ['merge', 'one', 'two', 'three', '--expect', 'acme', '--format', 'json'],
    { cwd },
  );
  const names = (JSON.parse(stdout) as Merged).tenants.map(({ name }) => name);
  expect([code, names]).toEqual([1, ['two/acme', 'one/acme']]);
  rmSync(join(cwd, 'three'), { recursive: true });
});
