import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/model/report.ts';
import { forSarif, visible } from '../../src/reporters/escape.ts';
import { sarif } from '../../src/reporters/sarif.ts';
import { RULES } from '../../src/rules/index.ts';
import { anyReport, at, drift, finding, nasty, POLICY, problem, report, rule, source } from './sample.ts';
import { SARIF_LINK, type SarifLog, sarifMistakes } from './sarif-log.ts';

const MEGABYTE = 1_000_000;

async function textOf(of: Report): Promise<string> {
  let text = '';
  for await (const file of sarif({ report: of, access: undefined, rules: RULES })) {
    expect(file.name).toBe('report.sarif');
    for await (const chunk of file.chunks) text += chunk;
  }
  return text;
}

async function runOf(of: Report): Promise<SarifLog['runs'][number]> {
  const text = await textOf(of);
  expect(sarifMistakes(text)).toEqual([]);
  return (JSON.parse(text) as SarifLog).runs[0]!;
}

const fingerprint = (i: number) => i.toString(16).padStart(64, '0');

describe('report.sarif', () => {
  test('is valid by the published schema and shows every text literally, whatever the report holds', async () => {
    await fc.assert(
      fc.asyncProperty(anyReport, async (any) => {
        const text = await textOf(any);
        expect(sarifMistakes(text)).toEqual([]);
        const { results, invocations } = (JSON.parse(text) as SarifLog).runs[0]!;
        const { toolExecutionNotifications, toolConfigurationNotifications } = invocations[0]!;
        for (const { message } of [
          ...results,
          ...toolExecutionNotifications,
          ...toolConfigurationNotifications,
        ]) {
          expect(message.text).not.toMatch(SARIF_LINK);
          for (const line of message.text.split('\n')) expect(visible(line)).toBe(line);
        }
        expect(await textOf(structuredClone(any))).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  test('puts a finding on its exact region, in columns of UTF-16', async () => {
    const location = { file: 'acc ess/Zoë#1%.yml', line: 3, column: 5, endLine: 4, endColumn: 9 };
    const { columnKind, results, artifacts } = await runOf(drift([finding({ location })]));
    expect(columnKind).toBe('utf16CodeUnits');
    const { artifactLocation, region } = results[0]!.locations![0]!.physicalLocation;
    expect(region).toEqual({ startLine: 3, startColumn: 5, endLine: 4, endColumn: 9 });
    expect(artifactLocation).toMatchObject({
      uri: 'acc%20ess/Zo%C3%AB%231%25.yml',
      uriBaseId: '%SRCROOT%',
    });
    expect(decodeURIComponent(artifactLocation.uri)).toBe(location.file);
    expect(artifacts[artifactLocation.index]!.location.uri).toBe(artifactLocation.uri);
  });

  test('names a file outside of the repository by its own address', async () => {
    const { results } = await runOf(drift([finding({ location: at(1, '/etc/my policy.yml') })]));
    const { artifactLocation } = results[0]!.locations![0]!.physicalLocation;
    expect(artifactLocation.uri).toBe('file:///etc/my%20policy.yml');
    expect(artifactLocation).not.toHaveProperty('uriBaseId');
  });

  test('tells two people on one line apart by what GitHub goes by', async () => {
    const { results } = await runOf(drift([1, 2].map((i) => finding({ fingerprint: fingerprint(i) }))));
    const hashes = results.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash);
    expect(new Set(hashes).size).toBe(2);
    expect(results.map(({ partialFingerprints }) => partialFingerprints['leapsomeAccessPolicy/v1'])).toEqual([
      fingerprint(1),
      fingerprint(2),
    ]);
  });

  test('shows in tags what cannot be seen, and nothing that is no text', async () => {
    const { results } = await runOf(drift([finding({ controls: ['a\u202eb', 'c\ud800', 'a\\u202eb'] })]));
    expect(results[0]!.properties!.tags).toEqual(['a\\u202eb', 'c\\ud800']);
  });

  test('says what to do, with the controls, and since when', async () => {
    const { results } = await runOf(drift([finding({ firstSeen: '2026-11-20', change: 'introduced' })]));
    expect(results[0]).toMatchObject({
      ruleId: 'unexpected-member',
      level: 'error',
      provenance: { firstDetectionTimeUtc: '2026-11-20T00:00:00Z' },
      properties: { tags: ['SOC2:CC6.3'], change: 'introduced' },
      message: {
        text: [
          'sam@example.com is in Payroll Admins, which allows at most people where department is Finance.',
          'To resolve: Settings → Groups: remove sam@example.com.',
          'Or in the policy:',
          'at-least:',
          '  - sam@example.com',
          'Controls: SOC2:CC6.3.',
        ].join('\n'),
      },
    });
  });

  test('has the levels of SARIF', async () => {
    const findings = (['error', 'warning', 'notice'] as const).map((severity) => finding({ severity }));
    const { results } = await runOf(drift(findings));
    expect(results.map(({ level }) => level)).toEqual(['error', 'warning', 'note']);
  });

  test('describes every rule within the lengths that GitHub keeps, as the policy weighs it', async () => {
    const run = await runOf(
      drift([finding()], {
        rules: [
          rule({ severity: 'notice', status: 'fail', findings: 1 }),
          rule({ id: 'missing-member', severity: 'off', status: 'not-evaluated' }),
        ],
      }),
    );
    const { rules } = run.tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    for (const each of rules) {
      expect(each.name ?? 'None').toMatch(/^[A-Z][A-Za-z]+$/);
      expect(each.name?.toLowerCase()).not.toBe(each.id);
      expect(each.shortDescription.text).toMatch(/^[A-Z].*[^.]\.$/);
      expect(each.fullDescription.text.length).toBeLessThanOrEqual(1024);
      expect(each.help.text).toContain(`explain ${each.id}`);
      expect(each.help.markdown).toContain(`explain ${each.id}`);
      expect(each.properties.tags.length).toBeLessThanOrEqual(10);
      expect(each.properties.tags).toContain('security');
    }
    expect(rules[0]).toMatchObject({
      id: 'unexpected-member',
      defaultConfiguration: { level: 'note', enabled: true },
      properties: { 'security-severity': '2.0' },
    });
    expect(rules[1]).toMatchObject({
      id: 'missing-member',
      defaultConfiguration: { level: 'error', enabled: false },
      properties: { 'security-severity': '8.0' },
    });
    expect(run.results[0]!.ruleIndex).toBe(0);
  });

  test.each([
    ['checkout', 'checkout/access/policy.yml', { uri: 'access/policy.yml', uriBaseId: '%SRCROOT%' }],
    ['checkout', 'common.yml', { uri: 'common.yml', uriBaseId: 'WORKSPACE' }],
    [null, 'access/policy.yml', { uri: 'access/policy.yml', uriBaseId: 'WORKSPACE' }],
  ])(
    'in a workspace whose %s is the repository, %s is where it is there',
    async (policyRoot, file, place) => {
      const run = {
        repository: 'acme/access',
        sha: 'a'.repeat(40),
        runUrl: 'https://github.com/x/y/actions/runs/1',
        policyRoot,
      };
      const location = at(3, file);
      const checked = await runOf(
        drift([finding({ location })], {
          run,
          problems: [problem({ location })],
          policy: { sha256: 'c', files: [{ path: file, sha256: 'c' }] },
        }),
      );
      const { results, artifacts, invocations, originalUriBaseIds, versionControlProvenance } = checked;
      const notified = invocations[0]!.toolExecutionNotifications.flatMap((each) => each.locations ?? []);
      const found = [...results.flatMap((each) => each.locations ?? []), ...notified];
      expect(found).toHaveLength(3);
      for (const each of found) expect(each.physicalLocation.artifactLocation).toMatchObject(place);
      expect(artifacts).toMatchObject([{ location: place }]);
      expect(Object.keys(originalUriBaseIds)).toContain(place.uriBaseId);
      expect(versionControlProvenance).toEqual(
        policyRoot === null
          ? undefined
          : [expect.objectContaining({ repositoryUri: 'https://github.com/acme/access' })],
      );
    },
  );

  test('says what was checked, and keeps the analyses of two policies apart', async () => {
    const run = {
      repository: 'acme/access',
      sha: 'a'.repeat(40),
      runUrl: 'https://github.com/x/y/actions/runs/1',
    };
    const checked = await runOf(report({ run }));
    expect(checked.versionControlProvenance).toMatchObject([
      { repositoryUri: 'https://github.com/acme/access', revisionId: 'a'.repeat(40) },
    ]);
    expect(checked.automationDetails.id).toBe(`leapsome-access-policy/${POLICY}/`);
    expect(checked.artifacts).toMatchObject([
      { location: { uri: POLICY }, hashes: { 'sha-256': 'ef'.repeat(32) } },
    ]);
    expect(checked.invocations[0]).toMatchObject({
      executionSuccessful: true,
      exitCode: 0,
      startTimeUtc: '2026-10-01T00:00:00.000Z',
      endTimeUtc: '2026-10-01T00:00:02.000Z',
    });
    const other = await runOf(report({ policy: { sha256: null, files: [{ path: 'b.yml', sha256: 'c' }] } }));
    expect(other.automationDetails.id).not.toBe(checked.automationDetails.id);
  });

  test('is no success when nothing could be checked, and shows why where only results are shown', async () => {
    const problems = [
      problem(),
      problem({ code: 'policy-invalid', message: 'No such key.\n  --> a:1', location: at(4) }),
      problem({ code: 'policy-invalid', message: 'No such key.', location: at(5) }),
    ];
    const { invocations, results, tool } = await runOf(report({ result: 'could-not-check', problems }));
    const [{ executionSuccessful, exitCode, ...notes }] = invocations as [(typeof invocations)[0]];
    expect({ executionSuccessful, exitCode }).toEqual({ executionSuccessful: false, exitCode: 2 });
    expect(notes.toolExecutionNotifications.map(({ descriptor }) => descriptor?.id)).toEqual([
      'auth-rejected',
    ]);
    expect(notes.toolConfigurationNotifications.map(({ level }) => level)).toEqual(['error', 'error']);
    expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual(
      problems.map(() => ['could-not-check', 'error']),
    );
    expect(results[0]!.message.text).toContain('auth-rejected');
    expect(results.map(({ locations }) => locations![0]!.physicalLocation.region.startLine)).toEqual([
      1, 4, 5,
    ]);
    expect(new Set(results.map((each) => each.partialFingerprints.primaryLocationLineHash)).size).toBe(3);
    expect(tool.driver.rules.at(-1)!.id).toBe('could-not-check');
  });

  test('leaves excepted findings out, and says how many', async () => {
    const excepted = finding({ status: 'excepted', message: 'left out' });
    const { results, invocations } = await runOf(drift([finding(), excepted]));
    expect(results).toHaveLength(1);
    expect(invocations[0]!.toolExecutionNotifications).toMatchObject([
      { level: 'note', message: { text: '1 finding excused by exceptions: see report.json.' } },
    ]);
  });

  test('says what was not evaluated, and what is odd', async () => {
    const { invocations } = await runOf(
      report({
        rules: [rule({ status: 'not-evaluated', reason: 'no source tells' })],
        sources: [source({ warnings: ['odd [x](http://evil.example)'] })],
        warnings: Array.from({ length: 200 }, (_, i) => `warning ${i}`),
      }),
    );
    const texts = invocations[0]!.toolExecutionNotifications.map(({ message }) => message.text);
    expect(texts[0]).toBe('unexpected-member was not evaluated: no source tells.');
    expect(texts).toHaveLength(101);
    expect(texts.at(-1)).toBe('102 more remarks, see report.json.');
  });

  test('holds no more results than code scanning keeps, and says how many are left out', async () => {
    const findings = Array.from({ length: 5001 }, (_, i) =>
      finding({ fingerprint: fingerprint(i), location: at(i + 1) }),
    );
    const all = await runOf(drift(findings.slice(0, 5000)));
    expect(all.results).toHaveLength(5000);
    expect(all.results.at(-1)!.ruleId).toBe('unexpected-member');
    const { results, invocations, tool } = await runOf(drift(findings));
    expect(results).toHaveLength(5000);
    expect(results.at(-1)).toMatchObject({
      ruleId: 'more-results',
      level: 'error',
      message: { text: '2 more results, see report.json.' },
      locations: [{ physicalLocation: { region: { startLine: 5000 } } }],
    });
    expect(tool.driver.rules[results.at(-1)!.ruleIndex!]!.id).toBe('more-results');
    expect(invocations[0]!.toolExecutionNotifications[0]!.message.text).toBe(
      '2 more results, see report.json.',
    );
  });

  test('stays below 10 MB compressed, even where nothing can be compressed', async () => {
    // Every character three bytes of chance: what compresses worst.
    const noise = () => {
      const random = randomBytes(8000);
      return Array.from({ length: 2000 }, (_, i) =>
        String.fromCodePoint(0x4e00 + (random.readUInt32LE(i * 4) % 0x5000)),
      ).join('');
    };
    const findings = Array.from({ length: 1500 }, (_, i) =>
      finding({ fingerprint: fingerprint(i), message: noise() }),
    );
    const text = await textOf(drift(findings));
    expect(gzipSync(text).length).toBeLessThan(10 * MEGABYTE);
    const { results } = (JSON.parse(text) as SarifLog).runs[0]!;
    expect(results.at(-1)!.message.text).toBe(
      `${(1501 - results.length).toLocaleString('en')} more results, see report.json.`,
    );
  });

  test('takes the mark by which its library finds mistakes for what it is: a name', async () => {
    const { results } = await runOf(drift([finding({ message: 'SARIF_BUILDER_INVALID' })]));
    expect(results[0]!.message.text).toContain('SARIF_BUILDER_INVALID');
  });
});

describe('forSarif', () => {
  test.each([
    ['[ok](https://evil.example)', '[ok\\](https://evil.example)'],
    ['[ok\\](x)', '[ok\\\\\\](x)'],
    ['a[0] (b)', 'a[0] (b)'],
    ['a\n](b', 'a\\n\\](b'],
  ])('%j', (text, expected) => {
    expect(forSarif(text)).toBe(expected);
  });

  test('leaves no link', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('[', ']', '(', ')', '\\', 'a', '](')), nasty, (parts, name) => {
        expect(forSarif(`${parts.join('')}${name}${parts.join('')}`)).not.toMatch(SARIF_LINK);
      }),
      { numRuns: 1000 },
    );
  });
});
