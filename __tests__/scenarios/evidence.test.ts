import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as age from 'age-encryption';
import { BRIGHTWATER, CANARIES, type Company, DEMO_AS_OF } from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import { distHash } from '../../src/evidence/dist-hash.ts';
import type { Manifest } from '../../src/evidence/manifest.ts';
import { ManifestSchema } from '../../src/evidence/manifest-schema.ts';
import type { Verification } from '../../src/evidence/verify.ts';
import { FORMAT_FILES } from '../../src/model/formats.ts';
import { action, against, cli, DIST, type Finished, leapsome, SCIM_POLICY, workspace } from './harness.ts';
import { shell } from './shell.ts';

const POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');
const OUT = 'leapsome-access-report';
/** The files that tests here ask for: one of one piece, one of text, and one of bytes. */
const FORMATS = 'json,junit,xlsx';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

interface Checked extends Finished {
  readonly cwd: string;
  readonly manifest: Manifest;
}

async function check(
  args: readonly string[] = [],
  {
    company = BRIGHTWATER,
    cwd = workspace({ 'policy.yml': POLICY }),
  }: { company?: Company; cwd?: string } = {},
): Promise<Checked> {
  const standIn = await leapsome({ company });
  const finished = await cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, ...args], {
    cwd,
    env: environmentOf(standIn),
  });
  return { ...finished, cwd, manifest: manifestIn(join(cwd, OUT)) };
}

function manifestIn(directory: string): Manifest {
  return ManifestSchema.parse(JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))) as Manifest;
}

async function verify(
  cwd: string,
  directory = OUT,
  args: readonly string[] = [],
): Promise<Verification & { readonly code: number | null }> {
  const { code, stdout } = await cli(['verify', directory, '--format', 'json', ...args], {
    cwd,
    // A test may have put anything at all into the place of the report.
    reportDir: 'nowhere',
  });
  return { ...(JSON.parse(stdout) as Verification), code };
}

/** Exit code and result, and every file that is not as it should be. */
async function outcome(cwd: string, args: readonly string[]): Promise<readonly unknown[]> {
  const { code, result, files } = await verify(cwd, OUT, args);
  const wrong = files.filter(({ status }) => status !== 'ok');
  return [code, result, ...wrong.map(({ name, status }) => `${status} ${name}`)];
}

/** Every file below a directory, with its content. */
function everything(directory: string): readonly { readonly path: string; readonly text: string }[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => ({ path, text: readFileSync(path, 'latin1') }));
}

describe('the pack of a run', () => {
  test('lists every file, says where all of it comes from, and is intact', async () => {
    const { code, cwd, report, files, manifest, stderr } = await check(['--formats', FORMATS, '--snapshot']);
    expect(code).toBe(1);
    expect([...files].sort()).toEqual(
      ['manifest.json', 'report.json', 'report.junit.xml', 'access-review.xlsx', 'snapshot.json'].sort(),
    );
    for (const { name, size, sha256: digest } of manifest.files) {
      const bytes = readFileSync(join(cwd, OUT, name));
      expect({ name, size, digest }).toEqual({ name, size: bytes.length, digest: sha256(bytes) });
    }
    expect(manifest.files.map(({ name }) => name).sort()).toEqual(
      files.filter((name) => name !== 'manifest.json').sort(),
    );
    expect(manifest).toMatchObject({
      result: 'drift',
      policy: report!.policy,
      counts: report!.counts,
      population: report!.population,
      startedAt: report!.startedAt,
      finishedAt: report!.finishedAt,
      formats: FORMATS.split(','),
      notWritten: [],
    });
    expect(manifest.sources.map(({ name, unique, complete }) => [name, unique.users, complete])).toEqual([
      ['scim', 62, true],
      ['content', 61, true],
      ['stackone', 62, true],
    ]);
    expect(manifest.tool.distSha256).toBe(distHash(DIST));
    expect(stderr).toContain(`SHA-256 ${sha256(readFileSync(join(cwd, OUT, 'manifest.json')))}`);
    expect(await verify(cwd)).toMatchObject({ code: 0, result: 'intact', problems: [], notes: [] });
  });

  test('is told by the outputs of the action', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': SCIM_POLICY });
    const { outputs, stdout } = await action({
      cwd,
      inputs: { policy: 'policy.yml', 'scim-url': standIn.scimUrl, 'scim-token': standIn.token },
      env: {
        GITHUB_REPOSITORY: 'acme/access',
        GITHUB_SHA: 'c'.repeat(40),
        GITHUB_RUN_ID: '17',
        GITHUB_SERVER_URL: 'https://github.example',
        GITHUB_ACTOR: 'octocat',
      },
    });
    const bytes = readFileSync(join(cwd, OUT, 'manifest.json'));
    expect(outputs['manifest-path']).toBe(join(cwd, OUT, 'manifest.json'));
    expect(outputs['manifest-sha256']).toBe(sha256(bytes));
    expect(stdout).toContain(`Manifest: ${OUT}/manifest.json, SHA-256 ${sha256(bytes)}`);
    expect(manifestIn(join(cwd, OUT)).run).toMatchObject({
      repository: 'acme/access',
      sha: 'c'.repeat(40),
      runUrl: expect.stringContaining('https://github.example/acme/access/actions/runs/17'),
      actor: 'octocat',
    });
    const known = ['--manifest-sha256', `sha256:${outputs['manifest-sha256']?.toUpperCase()}`];
    expect(await verify(cwd, OUT, known)).toMatchObject({
      code: 0,
      result: 'intact',
      manifest: { isKnown: true },
    });
  });

  test('of a run that could not check says so, and is intact as well', async () => {
    const cwd = workspace({ 'policy.yml': 'version: 1\nx: 1\n' });
    const { code, manifest } = await check(['--formats', 'json,csv', '--snapshot'], { cwd });
    expect(code).toBe(2);
    expect(manifest).toMatchObject({
      result: 'could-not-check',
      snapshot: null,
      population: null,
      sources: [],
      problems: ['policy-invalid'],
    });
    expect(manifest.notWritten).toContainEqual({
      name: 'snapshot.json',
      cause: expect.stringContaining('Nobody was read'),
    });
    expect(await verify(cwd)).toMatchObject({ code: 0, result: 'intact' });
    const { stdout } = await cli(['verify', OUT], { cwd });
    expect(stdout).toContain('Result      could-not-check');
  });

  test('of a population that is not believed keeps the hash of it', async () => {
    const cwd = workspace({ 'policy.yml': POLICY.replace(/min-users: \d+/, 'min-users: 1000') });
    const { code, manifest } = await check([], { cwd });
    expect(code).toBe(2);
    expect(manifest.problems).toEqual(['implausible-population']);
    expect(manifest.snapshot?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await verify(cwd)).toMatchObject({ code: 0 });
  });
});

describe('whatever is done to a file of the pack is named', () => {
  test('another byte, no file, one more', async () => {
    const { cwd, files, manifest } = await check(['--formats', FORMATS, '--snapshot']);
    const known = ['--manifest-sha256', sha256(readFileSync(join(cwd, OUT, 'manifest.json')))];
    expect(files).toHaveLength(manifest.files.length + 1);
    for (const name of files) {
      const bytes = readFileSync(join(cwd, OUT, name));
      const other = Buffer.from(bytes);
      other[bytes.length >> 1]! ^= 1;
      writeFileSync(join(cwd, OUT, name), other);
      expect(await outcome(cwd, known)).toEqual([1, 'changed', `changed ${name}`]);
      renameSync(join(cwd, OUT, name), join(cwd, OUT, 'other'));
      expect(await outcome(cwd, known)).toEqual(
        name === 'manifest.json' ? [2, 'could-not-check'] : [1, 'changed', `missing ${name}`, 'added other'],
      );
      rmSync(join(cwd, OUT, 'other'));
      writeFileSync(join(cwd, OUT, name), bytes);
    }
    expect(await outcome(cwd, known)).toEqual([0, 'intact']);
  }, 120_000);

  test('whoever may not read a file is told which', async () => {
    const { cwd } = await check(['--snapshot']);
    const nobody = process.getuid?.() === 0 ? { uid: 65534 } : {};
    // Of a snapshot in the clear, the right to read is the owner's alone.
    expect(statSync(join(cwd, OUT, 'snapshot.json')).mode & 0o777).toBe(0o600);
    if (!('uid' in nobody)) return;
    await shell('chmod 755 . ..', { cwd: join(cwd, OUT), env: {} });
    const { code, stdout } = await shell(`$program verify ${OUT}`, { cwd, env: {}, ...nobody });
    expect({ code, said: stdout.includes('unreadable snapshot.json') }).toEqual({ code: 2, said: true });
    expect(stdout).toContain('permission denied');
  });
});

describe('verify', () => {
  test.each<[string, string[]]>([
    ['nothing', []],
    ['two directories', ['a', 'b']],
    ['an option that does not exist', ['a', '--manifest', 'x']],
    ['a hash that is none', ['a', '--manifest-sha256', 'abc']],
    ['another format', ['a', '--format', 'github']],
  ])('refuses %s', async (_, args) => {
    const { code, stdout, stderr } = await cli(['verify', ...args], { cwd: workspace() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).not.toContain('a mistake of its own');
  });

  test('says how it is used', async () => {
    const { code, stdout } = await cli(['verify', '--help'], { cwd: workspace() });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Usage: node \S*index\.[jt]s verify DIR \[OPTIONS\]$/m);
  });

  test('comes to an end, however many files a manifest lists', async () => {
    const digest = sha256('');
    const files = Array.from({ length: 300_000 }, (_, at) => ({ name: `f${at}`, size: 0, sha256: digest }));
    const { cwd, manifest } = await check();
    const many = { ...manifest, files: [...files, files[7]] };
    writeFileSync(join(cwd, OUT, 'manifest.json'), JSON.stringify(many));
    const { code, stdout } = await cli(['verify', OUT], { cwd, reportDir: 'nowhere' });
    expect({ code, named: stdout.includes('It lists f7 more than once.') }).toEqual({ code: 1, named: true });
  }, 30_000);

  test('takes no empty directory for a pack', async () => {
    const cwd = workspace();
    mkdirSync(join(cwd, 'empty'));
    expect(await verify(cwd, 'empty')).toMatchObject({ code: 2, result: 'could-not-check', files: [] });
  });
});

describe('the snapshot', () => {
  test('is not written unless it is asked for, and its hash is known all the same', async () => {
    const { files, manifest } = await check();
    expect(files.filter((name) => name.startsWith('snapshot'))).toEqual([]);
    const { cwd, manifest: with_ } = await check(['--snapshot']);
    expect(with_.snapshot?.sha256).toBe(manifest.snapshot?.sha256);
    expect(sha256(readFileSync(join(cwd, OUT, 'snapshot.json')))).toBe(manifest.snapshot?.sha256);
  });

  test.each([
    [['--snapshot', 'true'], true],
    [['--snapshot=true'], true],
    [['--snapshot', 'false'], false],
    [['--snapshot=false'], false],
  ])('asked for with %j', async (args, isThere) => {
    const { files } = await check(args);
    expect(files.includes('snapshot.json')).toBe(isThere);
  });

  test('says who has what, as it was read', async () => {
    const { cwd } = await check(['--snapshot', '--personal-data', 'show']);
    const snapshot = JSON.parse(readFileSync(join(cwd, OUT, 'snapshot.json'), 'utf8'));
    const person = BRIGHTWATER.people.find(({ active, managerId }) => active && managerId !== null)!;
    const found = snapshot.people.find(({ id }: { id: string }) => id === person.id);
    expect(found).toMatchObject({ userName: person.userName, status: 'active', manager: person.managerId });
    expect(found.groups).toEqual(expect.arrayContaining([...person.groupIds]));
    for (const role of BRIGHTWATER.roles)
      expect(snapshot.roles.find(({ id }: { id: string }) => id === role.id)).toMatchObject({
        name: role.name,
        holders: role.holderIds.toSorted(),
      });
  });

  test('has the same hash for the same population, in whatever order it comes', async () => {
    const { people, groups, roles } = BRIGHTWATER;
    const shuffled = {
      ...BRIGHTWATER,
      people: people.map((each) => ({ ...each, groupIds: each.groupIds.toReversed() })).reverse(),
      groups: groups.toReversed(),
      roles: roles.map((each) => ({ ...each, holderIds: each.holderIds.toReversed() })).reverse(),
    };
    const [one, two, three] = [await check(), await check(), await check([], { company: shuffled })];
    expect(two.manifest.snapshot).toEqual(one.manifest.snapshot);
    expect(three.manifest.snapshot).toEqual(one.manifest.snapshot);
  });

  test('has another hash when somebody is in another group', async () => {
    const [first, ...rest] = BRIGHTWATER.people;
    const further = BRIGHTWATER.groups.find(({ id }) => !first!.groupIds.includes(id))!;
    const moved = { ...first!, groupIds: [...first!.groupIds, further.id] };
    const [before, after] = [
      await check(),
      await check([], { company: { ...BRIGHTWATER, people: [moved, ...rest] } }),
    ];
    expect(after.manifest.snapshot?.sha256).not.toBe(before.manifest.snapshot?.sha256);
  });

  test('names nobody when personal data is masked, and holds nothing that is not on its list', async () => {
    for (const mode of ['mask', 'show']) {
      const { cwd } = await check(['--snapshot', '--personal-data', mode]);
      const text = readFileSync(join(cwd, OUT, 'snapshot.json'), 'utf8');
      expect(CANARIES.filter((canary) => text.includes(canary))).toEqual([]);
      const { people } = JSON.parse(text) as { people: object[] };
      const keys = new Set(people.flatMap((each) => Object.keys(each)));
      const names = mode === 'show' ? ['userName'] : [];
      expect([...keys].sort()).toEqual([...names, 'groups', 'id', 'manager', 'status'].sort());
      expect(BRIGHTWATER.people.some(({ userName }) => text.includes(userName))).toBe(mode === 'show');
    }
  });

  test('of an earlier run is gone when a later one does not ask for it', async () => {
    const { cwd } = await check(['--snapshot']);
    const { files } = await check([], { cwd });
    expect([...files].sort()).toEqual(['manifest.json', 'report.json']);
  });
});

describe('encrypted', () => {
  test('the snapshot opens with the key, and is nowhere in the clear', async () => {
    const identity = await age.generateX25519Identity();
    const recipient = await age.identityToRecipient(identity);
    const cwd = workspace({ 'policy.yml': 'version: 1\naccounts: { at-least: [everyone] }\n' });
    const temporary = workspace();
    const standIn = await leapsome();
    const args = ['--snapshot', '--encrypt-to', recipient, '--personal-data', 'show'];
    const { code, files } = await cli(['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, ...args], {
      cwd,
      env: { ...environmentOf(standIn), TMPDIR: temporary },
    });
    expect(code).not.toBe(2);
    expect([...files].sort()).toEqual(['manifest.json', 'report.json', 'snapshot.json.age']);
    const manifest = manifestIn(join(cwd, OUT));
    const decrypter = new age.Decrypter();
    decrypter.addIdentity(identity);
    const clear = await decrypter.decrypt(readFileSync(join(cwd, OUT, 'snapshot.json.age')), 'text');
    expect(manifest.snapshot).toEqual({
      sha256: sha256(clear),
      size: Buffer.byteLength(clear),
      file: 'snapshot.json.age',
      encryptedTo: [recipient],
    });
    // The report names nobody here: all who are named anywhere would come from the snapshot.
    const lines = clear.split('\n').filter((line) => line.includes('"userName"'));
    expect(lines).toHaveLength(62);
    for (const { text } of [...everything(cwd), ...everything(temporary)])
      expect(lines.filter((line) => text.includes(line.replace(/,$/, '')))).toEqual([]);
    expect(await verify(cwd)).toMatchObject({ code: 0, result: 'intact' });
  });

  test('by nobody, as of a variable that is not set, the snapshot is in the clear, and the log says so', async () => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': SCIM_POLICY });
    const inputs = {
      policy: 'policy.yml',
      'scim-url': standIn.scimUrl,
      'scim-token': standIn.token,
      snapshot: 'true',
    };
    const said = /^Snapshot, not encrypted: \S+snapshot\.json\. Whoever can read this file, or .*encrypt-to/m;
    const inClear = await action({ cwd, inputs: { ...inputs, 'encrypt-to': '' } });
    expect(inClear.files).toContain('snapshot.json');
    expect(inClear.stdout).toMatch(said);
    const recipient = await age.identityToRecipient(await age.generateX25519Identity());
    const encrypted = await action({ cwd, inputs: { ...inputs, 'encrypt-to': recipient } });
    expect(encrypted.files).toContain('snapshot.json.age');
    expect(encrypted.stdout).not.toContain('not encrypted');
    expect((await check(['--snapshot'])).stderr).toMatch(said);
  });

  test('for several who may open it', async () => {
    const identities = [await age.generateX25519Identity(), await age.generateX25519Identity()];
    const recipients = await Promise.all(identities.map((each) => age.identityToRecipient(each)));
    const { cwd, manifest } = await check(['--snapshot', '--encrypt-to', recipients.join(', ')]);
    for (const identity of identities) {
      const decrypter = new age.Decrypter();
      decrypter.addIdentity(identity);
      const clear = await decrypter.decrypt(readFileSync(join(cwd, OUT, 'snapshot.json.age')));
      expect(sha256(Buffer.from(clear))).toBe(manifest.snapshot?.sha256);
    }
  });

  test.each<[string, string[], string]>([
    ['a recipient that is none', ['--snapshot', '--encrypt-to', 'auditor@example.com'], 'no age recipient'],
    ['an SSH key', ['--snapshot', '--encrypt-to', 'ssh-ed25519 AAAAC3NzaC1lZDI1 me@host'], 'SSH key'],
    ['a private key', ['--snapshot', '--encrypt-to', 'AGE-SECRET-KEY-1GFPYYSJZ'], 'private key'],
    ['nobody at all', ['--snapshot', '--encrypt-to', ''], 'names nothing'],
    ['a list of nobody', ['--snapshot', '--encrypt-to', ' , '], 'names nothing'],
    ['a recipient without a snapshot', ['--encrypt-to', 'age1x'], 'nothing to encrypt'],
  ])('%s is refused before anything is asked', async (_, args, says) => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': SCIM_POLICY, [`${OUT}/report.json`]: '{"result":"in-sync"}' });
    const { code, stderr, files } = await cli(['check', '--policy', 'policy.yml', ...args], {
      cwd,
      env: against(standIn),
    });
    expect({ code, files, requests: standIn.requests.length }).toEqual({ code: 2, files: [], requests: 0 });
    expect(stderr).toContain(says);
    expect(stderr).not.toContain('GFPYYSJZ');
  });

  test.each(['age1typo', ',', ' '])('%j is refused in the action, too', async (recipients) => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': SCIM_POLICY, [`${OUT}/report.json`]: '{"result":"in-sync"}' });
    const { code, outputs, files } = await action({
      cwd,
      inputs: {
        policy: 'policy.yml',
        'scim-url': standIn.scimUrl,
        'scim-token': standIn.token,
        snapshot: 'true',
        'encrypt-to': recipients,
      },
    });
    expect({ code, result: outputs.result, files }).toEqual({
      code: 2,
      result: 'could-not-check',
      files: [],
    });
    expect(standIn.requests).toEqual([]);
  });
});

test('every format has its file in the manifest, or the cause why not', async () => {
  const formats = Object.keys(FORMAT_FILES);
  const { cwd, manifest } = await check(['--formats', formats.join(',')]);
  const accounted = [...manifest.files, ...manifest.notWritten].map(({ name }) => name);
  expect(accounted).toEqual(expect.arrayContaining(Object.values(FORMAT_FILES)));
  expect(await verify(cwd)).toMatchObject({ code: 0, result: 'intact' });
});
