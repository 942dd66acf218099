import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { BRIGHTWATER, type Company } from '../../demo/company.ts';
import { scimRows } from '../../demo/scim-wire.ts';
import { visible } from '../../src/reporters/escape.ts';
import { MARKDOWN_NAMES, render, SUMMARY_TAGS, tagsOf, textOf } from '../reporters/markdown.ts';
import { commandsOf } from '../reporters/runner.ts';
import { type ActionFinished, action, against, cli, leapsome, workspace } from './harness.ts';

const NASTY = [
  // Workflow commands, at the start of a line, in its middle, and behind marks that a trim or a comparison skips.
  'a\n::error::x',
  'a\r\n::error file=x,line=1::x',
  'a\r::error::x',
  '::add-mask::e',
  'mid ::add-mask::e',
  '::stop-commands::t',
  '##[stop-commands]t',
  'middle ##[stop-commands]t of a line',
  'a #\u0301#[error]x',
  '##\u200b[error]x',
  '\u00a0::set-output name=result::in-sync',
  '\ufeff::set-output name=result::in-sync',
  '\u2028::set-env name=A::b',
  '\u0085::save-state name=A::b',
  ':\u0301:error::x',
  '::group::x',
  '::endgroup::',
  // What only looks like something else.
  'lone\rcarriage',
  'esc\u001b[31mred\u001b]0;title\u0007',
  'nul\u0000nul',
  '\u202egnp.exe',
  'a\u2066b\u2069',
  'u\u2028v\u2029w',
  '%0A::error::x',
  '%250A',
  'a\u{e0041}b',
  // Files of the runner.
  'result=in-sync\nerror-count=0',
  'ghadelimiter\nghadelimiter_x\nresult<<E\nin-sync\nE',
  // Markdown.
  ...MARKDOWN_NAMES,
  ':smile:',
  '$\\sqrt{x}$',
  '&lt;b&gt;',
  '\\*x\\*',
  '~~x~~ **y** _z_',
  // Spreadsheets.
  '=cmd()',
  '+1',
  '-1',
  '@SUM(1)',
  // YAML.
  'a: b # c',
  '"quoted" \'twice\'',
  '{ [ & * ! |',
  // Prototypes.
  '__proto__',
  'constructor',
];

const POLICY = `version: 1
accounts: { at-most: [] }
groups: [{ name: "*", members: { never: [everyone] } }]
requirements:
  - { name: nobody-is-right, when: everyone, require: { department: "Right*" } }
rules: { member-count: "off" }
`;
const TEMPLATE = BRIGHTWATER.people[0]!;
/** Dealt out like cards, so that no part is left with a few. */
const PARTS = Math.ceil(NASTY.length / 16);

/** Some people, groups and departments with nasty names. */
function company(names: readonly string[]): Company {
  const groups = names.map((name, i) => ({ id: `group-${i}`, name: `${name}` }));
  const people = names.map((name, i) => ({
    ...TEMPLATE,
    id: `person-${i}`,
    userName: name,
    givenName: name,
    familyName: name,
    title: name,
    department: name,
    level: name,
    location: name,
    managerId: null,
    groupIds: groups.map((group) => group.id),
  }));
  return { ...BRIGHTWATER, people, groups };
}

/** What a reader of a log must never meet: controls other than a line feed, and characters that reorder or hide. */
const RAW =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** Without what the log puts in to break commands, and without the marks that the runner's reader skips. */
function unbroken(text: string): string {
  return text
    .replaceAll('\\u003a', ':')
    .replaceAll('\\u0023', '#')
    .replace(/\\u03\d\d|\p{M}/gu, '');
}

describe.each(Array.from({ length: PARTS }, (_, i) => i))('names, part %d', (part) => {
  const names = NASTY.filter((_, i) => i % PARTS === part);
  let finished: ActionFinished;
  let formats: Record<string, string>;

  beforeAll(async () => {
    const standIn = await leapsome({ population: scimRows(company(names)) });
    const cwd = workspace({ 'policy.yml': POLICY });
    finished = await action({
      cwd,
      inputs: {
        policy: 'policy.yml',
        'scim-url': standIn.scimUrl,
        'scim-token': standIn.token,
        'personal-data': 'show',
      },
      env: { GITHUB_ACTOR: names[0]!.replaceAll('\0', ''), GITHUB_REF: 'refs/heads/x\n::error::x' },
    });
    formats = {};
    await Promise.all(
      ['pretty', 'json', 'github'].map(async (format) => {
        const args = ['check', '--policy', 'policy.yml', '--personal-data', 'show', '--format', format];
        const { stdout, stderr } = await cli([...args, '--report-dir', format], {
          cwd,
          env: against(standIn),
        });
        expect(stderr).toMatch(/^Report: [^\n]*\nManifest: [^\n]*, SHA-256 [0-9a-f]{64}\n$/);
        formats[format] = stdout;
      }),
    );
  });

  test('the report has them as they are', () => {
    const { report } = finished;
    expect(report?.result).toBe('drift');
    for (const name of names) {
      expect(report!.findings.filter(({ user }) => user?.email === name).length).toBeGreaterThan(2);
      expect(report!.findings.some(({ group }) => group?.name === name)).toBe(true);
    }
  });

  test('the log holds exactly the commands that we mean', () => {
    const { stdout, stderr, report } = finished;
    expect(stderr).toBe('');
    const commands = commandsOf(stdout);
    const counts = Object.groupBy(commands, (command) => command.name);
    expect(Object.keys(counts).sort()).toEqual(['add-mask', 'endgroup', 'error', 'group']);
    expect(counts['add-mask']).toHaveLength(1);
    expect(counts.error).toHaveLength(10);
    expect(counts.group).toHaveLength(counts.endgroup!.length);
    for (const { properties, data } of counts.error!.slice(0, 9)) {
      expect(Object.keys(properties).sort()).toEqual([
        'col',
        'endColumn',
        'endLine',
        'file',
        'line',
        'title',
      ]);
      expect(properties.file).toBe('policy.yml');
      expect(properties.title).toMatch(/^Access drift: [a-z-]+$/);
      expect(data).not.toMatch(RAW);
      const messages = report!.findings.map(({ message }) => unbroken(visible(message)));
      expect(messages).toContain(unbroken(data.split('\n')[0]!));
    }
    for (const { data } of counts.group!) expect(data).toMatch(/^policy\.yml:\d+ {2}\d+ errors?$/);
    expect(stdout.replaceAll('\n', '')).not.toMatch(RAW);
  });

  test('the names are there for people to read', () => {
    const log = unbroken(finished.stdout);
    for (const name of names) expect(log).toContain(unbroken(visible(name)));
  });

  test('outputs are the thirteen, and true', () => {
    const { outputs, report } = finished;
    expect(Object.keys(outputs)).toHaveLength(13);
    expect(outputs.result).toBe('drift');
    expect(outputs['error-count']).toBe(String(report!.counts.error));
    expect(Number(outputs['error-count'])).toBeGreaterThan(names.length);
  });

  test('the summary is literal: no markup, no link, nobody pinged', () => {
    const html = render(finished.summary);
    const ours = [...SUMMARY_TAGS, 'pre'];
    expect([...new Set(tagsOf(html))].filter((tag) => !ours.includes(tag.replace('/', '')))).toEqual([]);
    expect(html).not.toContain('href');
    expect(finished.summary.replaceAll('\n', '')).not.toMatch(RAW);
    const outsideOfCode = html.replace(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, '');
    expect(outsideOfCode).not.toMatch(/@|evil|#\d/);
    const cells = Array.from(
      html.matchAll(/<tr>([\s\S]*?)<\/tr>/g),
      ([, row]) => row!.match(/<t[dh]/g)!.length,
    );
    expect(new Set(cells).size).toBeLessThanOrEqual(5);
    const text = textOf(html);
    for (const name of names) expect(text).toContain(visible(name));
  });

  test('the command line prints no commands but those of --format github', () => {
    expect(commandsOf(formats.pretty!)).toEqual([]);
    expect(commandsOf(formats.json!)).toEqual([]);
    const withoutMask = commandsOf(finished.stdout).filter(({ name }) => name !== 'add-mask');
    expect(commandsOf(formats.github!)).toEqual(withoutMask);
    for (const text of Object.values(formats)) expect(text.replaceAll('\n', '')).not.toMatch(RAW);
    expect(JSON.parse(formats.json!).findings).toEqual(finished.report!.findings);
  });
});

test.each([
  'a,line=7::b.yml',
  '::error::x.yml',
  'a%0A::error::b.yml',
  '##[error]x.yml',
  'a\n::error::b.yml',
  '@org team|<img>.yml',
])('a policy file named %j', async (path) => {
  const cwd = workspace();
  writeFileSync(join(cwd, path), 'version: 1\nx: 1\n');
  const standIn = await leapsome();
  for (const command of ['check', 'validate']) {
    const { code, stdout, summary } = await action({
      cwd,
      inputs: { command, policy: path, 'scim-url': standIn.scimUrl, 'scim-token': standIn.token },
    });
    expect(code).toBe(2);
    const commands = commandsOf(stdout);
    expect(commands.map(({ name }) => name)).toEqual(['add-mask', 'error']);
    expect(commands[1]!.properties).toMatchObject({ line: '2', col: '1' });
    expect(commands[1]!.properties.title).toBe('Could not check: policy-invalid');
    expect(tagsOf(render(summary))).not.toContain('img');
  }
});

test('a summary of very many findings is cut below one MiB, and says where the rest is', async () => {
  const names = Array.from({ length: 900 }, (_, i) => `${'<|`@&'.repeat(40)}${i}@example.com`);
  const people = names.map((userName, i) => ({
    ...TEMPLATE,
    id: `person-${i}`,
    userName,
    groupIds: ['g'],
    managerId: null,
  }));
  const population = scimRows({ ...BRIGHTWATER, people, groups: [{ id: 'g', name: 'G' }] });
  const standIn = await leapsome({ population });
  const { code, summary, stdout, report } = await action({
    cwd: workspace({ 'policy.yml': POLICY }),
    inputs: {
      policy: 'policy.yml',
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      'personal-data': 'show',
    },
  });
  expect(code).toBe(1);
  expect(report!.findings.length).toBe(2700);
  const size = Buffer.byteLength(summary);
  expect(size).toBeLessThan(1024 * 1024);
  expect(size).toBeGreaterThan(500 * 1024);
  expect(summary).toMatch(/[\d,]+ more findings, see report\.json/);
  expect(stdout).toMatch(/[\d,]+ more findings, see report\.json/);
  expect(Math.max(...commandsOf(stdout).map(({ data }) => data.length))).toBeLessThanOrEqual(4096);
});
