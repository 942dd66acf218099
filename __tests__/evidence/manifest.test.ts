import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { isAsWritten, manifestText, type Pack } from '../../src/evidence/manifest.ts';
import { ManifestSchema } from '../../src/evidence/manifest-schema.ts';
import { anyReport, nasty, problem, report, source } from '../reporters/sample.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const DIGEST = 'ab'.repeat(32);

function pack(change: Partial<Pack> = {}): Pack {
  return {
    distSha256: DIGEST,
    formats: ['json'],
    snapshot: { sha256: DIGEST, size: 12 },
    files: [{ name: 'report.json', size: 34, sha256: DIGEST }],
    notWritten: [],
    ...change,
  };
}

const ajv = new Ajv({ strict: false });
formats.default(ajv);
const published = () =>
  ajv.compile(
    JSON.parse(readFileSync(new URL('../../schema/manifest.schema.json', import.meta.url), 'utf8')),
  );

const anyPack: fc.Arbitrary<Pack> = fc.record({
  distSha256: fc.constantFrom(DIGEST, null),
  formats: fc.constantFrom(['json'], ['json', 'csv']),
  snapshot: fc.constantFrom(null, { sha256: DIGEST, size: 1 }, {
    sha256: DIGEST,
    size: 1,
    file: 'snapshot.json.age',
    encryptedTo: ['age1x'],
  } as const),
  files: fc.array(fc.record({ name: nasty, size: fc.nat(), sha256: fc.constant(DIGEST) }), { maxLength: 3 }),
  notWritten: fc.array(fc.record({ name: nasty, cause: nasty }), { maxLength: 2 }),
});

describe('manifest.json', () => {
  test('ties the run, the policy, the sources and the files together', () => {
    const run = {
      repository: 'acme/access',
      sha: 'c'.repeat(40),
      runUrl: 'https://github.com/acme/access/actions/runs/1',
      actor: 'octocat',
    };
    const manifest = JSON.parse(manifestText(report({ run }), pack(), sha256));
    const { endpoint, reported, received, unique, complete } = source();
    expect(manifest).toEqual({
      schemaVersion: 1,
      tool: { name: 'leapsome-access-policy', version: '0.1.0', distSha256: DIGEST },
      result: 'in-sync',
      asOf: '2026-10-01T00:00:00.000Z',
      startedAt: '2026-10-01T00:00:00.000Z',
      finishedAt: '2026-10-01T00:00:02.000Z',
      run,
      policy: report().policy,
      sources: [{ name: 'scim', endpoint, reported, received, unique, complete }],
      population: report().population,
      personalData: 'show',
      failOn: 'error',
      counts: { error: 0, warning: 0, notice: 0, excepted: 0 },
      problems: [],
      ...(({ distSha256: _, ...rest }) => rest)(pack()),
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('names problems by their codes alone', () => {
    const text = manifestText(report({ problems: [problem({ message: 'CANARY' })] }), pack(), sha256);
    expect(JSON.parse(text).problems).toEqual(['auth-rejected']);
    expect(text).not.toContain('CANARY');
  });

  test('keeps to its published form, whatever a run was like', () => {
    const validate = published();
    fc.assert(
      fc.property(anyReport, anyPack, (any, files) => {
        // A run's clock has no other form.
        const text = manifestText({ ...any, asOf: any.startedAt }, files, sha256);
        const value = JSON.parse(text);
        expect(validate(value) || validate.errors).toBe(true);
        expect(ManifestSchema.parse(value)).toEqual(value);
        expect(isAsWritten(text, sha256)).toBe(true);
      }),
    );
  });

  test('holds the files of a pack as they were given', () => {
    const file = { name: 'report.json', path: '/home/somebody/report.json', size: 1, sha256: DIGEST };
    expect(JSON.parse(manifestText(report(), pack({ files: [file] }), sha256)).files).toEqual([
      { name: 'report.json', size: 1, sha256: DIGEST },
    ]);
  });
});

describe('its checksum', () => {
  const text = manifestText(report(), pack(), sha256);

  test('is that of the lines above, for everybody who has a shell', () => {
    const { stdout } = spawnSync('sh', ['-c', 'head -n -2 | sha256sum'], { input: text, encoding: 'utf8' });
    expect(stdout.split(' ')[0]).toBe(JSON.parse(text).checksum);
  });

  test('fits no text with another byte, one byte less, or one more', () => {
    const accepts = (changed: string) => {
      try {
        return isAsWritten(changed, sha256);
      } catch {
        return false;
      }
    };
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 }), (at, code) => {
        const [before, after] = [text.slice(0, at), text.slice(at + 1)];
        const character = String.fromCharCode(code);
        fc.pre(character !== text[at]);
        expect(
          [before + character + after, before + after, `${before}${character}${text[at]}${after}`].filter(
            accepts,
          ),
        ).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['line ends of another system', (all: string) => all.replaceAll('\n', '\r\n')],
    ['other spaces', (all: string) => JSON.stringify(JSON.parse(all))],
    ['no line end', (all: string) => all.trimEnd()],
    ['a key twice', (all: string) => all.replace('"result"', '"result": "drift",\n  "result"')],
  ])('fits no text with %s', (_, change) => {
    expect(isAsWritten(change(text), sha256)).toBe(false);
  });
});
