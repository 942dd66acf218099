import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import type { Access } from '../../src/model/access.ts';
import type { Material } from '../../src/model/material.ts';
import type { Report } from '../../src/model/report.ts';
import { forCommonMark, visible } from '../../src/reporters/escape.ts';
import { oscal } from '../../src/reporters/oscal.ts';
import { fileReference, line, token } from '../../src/reporters/oscal-values.ts';
import { anyRun, materialOf, RULE_TEXTS } from './any-run.ts';
import { render, tagsOf, textOf as textOfHtml } from './markdown.ts';
import { oscalErrors } from './oscal-schema.ts';
import { drift, finding, nasty, problem, report, rule, source } from './sample.ts';

interface Property {
  readonly name: string;
  readonly value: string;
  readonly class?: string;
}

interface Identified {
  readonly uuid: string;
  readonly title?: string;
  readonly description?: string;
  readonly props?: readonly Property[];
}

interface Result extends Identified {
  readonly 'local-definitions': {
    readonly components: readonly Identified[];
    readonly users?: readonly Identified[];
    readonly 'inventory-items'?: readonly Identified[];
  };
  readonly 'reviewed-controls': {
    readonly remarks: string;
    readonly 'control-selections': readonly [
      {
        readonly 'include-controls': readonly { readonly 'control-id': string }[];
        readonly props?: Property[];
      },
    ];
    readonly 'control-objective-selections'?: readonly [
      { readonly 'include-objectives': readonly { readonly 'objective-id': string }[] },
    ];
  };
  readonly observations?: readonly (Identified & {
    readonly types: readonly string[];
    readonly remarks?: string;
    readonly subjects?: readonly { readonly 'subject-uuid': string; readonly type: string }[];
    readonly 'relevant-evidence'?: readonly { readonly href?: string; readonly description: string }[];
  })[];
  readonly findings?: readonly (Identified & {
    readonly target: {
      readonly 'target-id': string;
      readonly status: { readonly state: string; readonly reason: string; readonly remarks?: string };
    };
    readonly 'related-observations'?: readonly { readonly 'observation-uuid': string }[];
  })[];
  readonly remarks: string;
}

interface Results extends Identified {
  readonly metadata: { readonly 'last-modified': string };
  readonly 'import-ap': { readonly href: string };
  readonly results: readonly [Result];
  readonly 'back-matter': {
    readonly resources: readonly (Identified & { readonly rlinks?: readonly { readonly href: string }[] })[];
  };
}

function bytesOf(material: Material): string {
  const files = [...(oscal(material) as Iterable<{ name: string; chunks: Iterable<string> }>)];
  expect(files.map(({ name }) => name)).toEqual(['report.oscal.json']);
  return [...files[0]!.chunks].join('');
}

function documentOf(any: Report, change: Partial<Material> = {}): Results {
  const { 'assessment-results': results } = JSON.parse(bytesOf({ ...materialOf(any), ...change }));
  return results as Results;
}

function resultOf(any: Report, change: Partial<Material> = {}): Result {
  return documentOf(any, change).results[0];
}

function valuesOf({ props = [] }: Identified, name: string): readonly string[] {
  return props.filter((each) => each.name === name).map(({ value }) => value);
}

/** Every value of a key, at any depth. */
function everyValue(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) =>
    name === key && typeof member === 'string' ? [member] : everyValue(member, key),
  );
}

describe('report.oscal.json', () => {
  test('is valid whatever the report holds', () => {
    fc.assert(
      fc.property(anyRun, (any) => {
        expect(oscalErrors({ 'assessment-results': documentOf(any) })).toEqual([]);
      }),
    );
  });

  test('the schema of the tests bites', () => {
    const errors = (change: object) =>
      oscalErrors({ 'assessment-results': { ...documentOf(drift([finding()])), ...change } });
    expect(errors({})).toEqual([]);
    expect(errors({ more: 1 })).not.toEqual([]);
    expect(errors({ uuid: '00000000-0000-1000-8000-000000000000' })).not.toEqual([]);
    expect(errors({ results: [] })).not.toEqual([]);
    expect(errors({ 'import-ap': {} })).not.toEqual([]);
    const props = [{ name: 'a', value: ' blank' }];
    const metadata = {
      title: 'x',
      'last-modified': '2026-10-01T00:00:00Z',
      version: '1',
      'oscal-version': '1.1.3',
    };
    expect(errors({ metadata })).toEqual([]);
    expect(errors({ metadata: { ...metadata, props } })).not.toEqual([]);
    expect(errors({ metadata: { ...metadata, title: 'a\nb' } })).not.toEqual([]);
  });

  test('every reference leads somewhere in the document, and nothing has the id of something else', () => {
    fc.assert(
      fc.property(anyRun, (any) => {
        // Two rules of one name, or two problems, are no report of the program.
        const rules = [...new Map(any.rules.map((each) => [each.id, each])).values()];
        const sources = any.sources.slice(0, 1);
        const document = documentOf({ ...any, rules, sources });
        const uuids = everyValue(document, 'uuid');
        expect(new Set(uuids).size).toBe(uuids.length);
        const references = [
          ...['observation-uuid', 'subject-uuid', 'actor-uuid', 'component-uuid'].flatMap((key) =>
            everyValue(document, key),
          ),
          ...everyValue(document, 'href').flatMap((href) => /^#(.+)/.exec(String(href))?.[1] ?? []),
        ];
        for (const reference of references) expect(uuids).toContain(reference);
        const objectives = new Set(everyValue(document, 'target-id'));
        for (const objective of everyValue(document, 'objective-id')) expect(objectives).toContain(objective);
      }),
    );
  });

  test('is the same for the same report', () => {
    fc.assert(
      fc.property(anyRun, (any) => bytesOf(materialOf(any)) === bytesOf(materialOf(structuredClone(any)))),
    );
  });

  test('keeps the ids of what lasts, and gives the run and the document new ones', () => {
    const run = { repository: 'acme/access' };
    const one = documentOf(drift([finding()], { run }));
    const next = documentOf(
      drift([finding({ message: 'other words', location: { ...finding().location, line: 99 } })], {
        run,
        startedAt: '2026-10-02T00:00:00.000Z',
        finishedAt: '2026-10-02T00:00:02.000Z',
      }),
    );
    const lasting = ({ results: [result], 'import-ap': plan }: Results) => [
      plan.href,
      ...(result.observations ?? []).map(({ uuid }) => uuid),
      ...(result.findings ?? []).map(({ uuid }) => uuid),
      ...(result['local-definitions'].users ?? []).map(({ uuid }) => uuid),
      ...(result['local-definitions']['inventory-items'] ?? []).map(({ uuid }) => uuid),
    ];
    expect(lasting(next)).toEqual(lasting(one));
    expect(lasting(one)).toHaveLength(7);
    expect(next.uuid).not.toBe(one.uuid);
    expect(next.results[0].uuid).not.toBe(one.results[0].uuid);
  });

  test('comes in chunks of bounded size', () => {
    const findings = Array.from({ length: 2000 }, (_, index) => finding({ fingerprint: String(index) }));
    const [file] = oscal(materialOf(drift(findings))) as Iterable<{ chunks: Iterable<string> }>;
    const lengths = Array.from(file!.chunks, (chunk) => chunk.length);
    expect(lengths.length).toBeGreaterThan(10);
    expect(Math.max(...lengths)).toBeLessThan(80_000);
  });
});

describe('a rule', () => {
  const statusOf = (any: Report, id = 'unexpected-member') =>
    resultOf(any).findings?.find(({ target }) => target['target-id'] === id)?.target.status;

  test('that passed is satisfied', () => {
    expect(statusOf(report())).toEqual({ state: 'satisfied', reason: 'pass' });
  });

  test('that found something is not', () => {
    expect(statusOf(drift([finding()]))).toEqual({ state: 'not-satisfied', reason: 'fail' });
  });

  test('whose findings are all excused is, and says so', () => {
    const exception = { owner: '@acme/it', reason: 'Cover', expires: '2026-12-31' };
    const excused = drift([finding({ status: 'excepted', exception })], { rules: [rule()] });
    expect(statusOf(excused)).toMatchObject({ state: 'satisfied', remarks: expect.stringContaining('1') });
    const observation = resultOf(excused).observations!.find(({ types }) => types.includes('finding'))!;
    expect(valuesOf(observation, 'exception-owner')).toEqual(['@acme/it']);
  });

  test.each([
    ['was not evaluated', { rules: [rule({ status: 'not-evaluated', reason: 'no *roles* known' })] }],
    ['was evaluated in part', { rules: [rule({ reason: 'no *roles* known' })] }],
  ] as const)('that %s is not satisfied, for another reason than a failure', (_, change) => {
    const status = statusOf(report(change));
    expect(status).toMatchObject({ state: 'not-satisfied', reason: 'other' });
    expect(status!.remarks).toContain('no \\*roles\\* known');
  });

  test('that is off is not assessed, and the remarks say so', () => {
    const result = resultOf(report({ rules: [rule({ severity: 'off', status: 'not-evaluated' })] }));
    expect(result.findings).toBeUndefined();
    expect(result.remarks).toContain('unexpected-member');
  });

  test('is satisfied only where the report shows it', () => {
    fc.assert(
      fc.property(anyRun, (any) => {
        const passed = any.rules.filter(
          ({ severity, status, reason }) => severity !== 'off' && status === 'pass' && reason === undefined,
        );
        for (const { props = [], target } of resultOf(any).findings ?? []) {
          if (target.status.state !== 'satisfied') continue;
          expect(any.result).not.toBe('could-not-check');
          expect(any.population).not.toBeNull();
          expect(any.sources.some(({ complete }) => complete)).toBe(true);
          expect(passed.map(({ id }) => token(id))).toContain(target['target-id']);
          expect(props.find(({ name }) => name === 'outcome')?.value).toBe('pass');
        }
      }),
    );
  });
});

describe('a run that could not check', () => {
  const failed = report({ result: 'could-not-check', rules: [], population: null, problems: [problem()] });

  test('satisfies nothing: every rule there is was not assessed', () => {
    const { findings, 'reviewed-controls': reviewed } = resultOf(failed);
    expect(findings!.map(({ target }) => target['target-id'])).toEqual(RULE_TEXTS.map(({ id }) => id));
    for (const { target } of findings!)
      expect(target.status).toMatchObject({ state: 'not-satisfied', reason: 'other' });
    expect(reviewed['control-objective-selections']).toBeUndefined();
    expect(reviewed.remarks).toContain('Nothing was assessed');
  });

  test('observes why', () => {
    const [, observation] = resultOf(failed).observations!;
    expect(observation).toMatchObject({
      title: 'Could not check: auth-rejected',
      description: 'Leapsome refused the token.',
      types: ['could-not-check'],
    });
    expect(observation!.remarks).toContain('Make a new one.');
  });

  test('has a plan to point to, even without a policy', () => {
    const policy = { sha256: null, files: [] };
    const document = documentOf({ ...failed, policy });
    expect(document['back-matter'].resources.map(({ uuid }) => `#${uuid}`)).toContain(
      document['import-ap'].href,
    );
  });
});

describe('what was reviewed', () => {
  const access = (controls: readonly string[]) => (): Access => ({
    people: [],
    entitlements: [{ type: 'account', id: '', name: 'account', controls, locations: [] }],
    holdings: () => [],
  });

  test('are the controls of the policy, found or not, by ids that OSCAL allows', () => {
    const { 'reviewed-controls': reviewed } = resultOf(drift([finding({ controls: ['SOC2:CC6.3'] })]), {
      access: access(['SOC2:CC6.1', 'Kontrolle Ä']),
    });
    const [selection] = reviewed['control-selections'];
    const ids = selection['include-controls'].map((each) => each['control-id']);
    expect(ids).toEqual(['leapsome-access-policy', token('Kontrolle Ä'), 'SOC2_CC6.1', 'SOC2_CC6.3']);
    expect(selection.props?.map(({ value }) => value)).toEqual(['Kontrolle Ä', 'SOC2:CC6.1', 'SOC2:CC6.3']);
    expect(selection.props?.map((prop) => prop.class)).toEqual(ids.slice(1));
  });

  test('everybody, with the numbers that prove it', () => {
    const [population] = resultOf(report()).observations!;
    expect(population!.title).toContain('SCIM');
    for (const [name, value] of [
      ['complete', 'true'],
      ['reported-users', '812'],
      ['received-users', '812'],
      ['unique-groups', '41'],
    ] as const)
      expect(valuesOf(population!, name)).toEqual([value]);
  });

  test('everybody, claiming no total that was not announced', () => {
    const told = (change: Parameters<typeof source>[0]) =>
      resultOf(report({ sources: [source(change)] })).observations![0]!.description;
    expect(told({})).toContain('as many different records as it announces');
    expect(told({ reported: null })).toContain('it announces no totals');
    expect(told({ reported: { users: 813, groups: 41 } })).not.toContain('as many');
  });

  test('not everybody, when a source is not complete', () => {
    const [population] = resultOf(report({ sources: [source({ complete: false, reported: null })] }))
      .observations!;
    expect(population!.description).toContain('Not everybody');
    expect(valuesOf(population!, 'reported-users')).toEqual([]);
  });
});

test('a finding leads to the line of the policy, in the file with its hash', () => {
  const document = documentOf(drift([finding()]));
  const observation = document.results[0].observations!.find(({ types }) => types.includes('finding'))!;
  const [evidence] = observation['relevant-evidence']!;
  const file = document['back-matter'].resources.find(({ uuid }) => `#${uuid}` === evidence!.href);
  expect(evidence!.description).toContain('line 31');
  expect(file?.rlinks).toEqual([
    {
      href: '.github/leapsome-access-policy.yml',
      'media-type': 'application/yaml',
      hashes: [{ algorithm: 'SHA-256', value: 'ef'.repeat(32) }],
    },
  ]);
});

describe('text', () => {
  test('in markup is literal, in plain CommonMark and on pages that do more', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const markup = forCommonMark(text);
        if (markup === '') return;
        const html = micromark(markup, { allowDangerousHtml: true, allowDangerousProtocol: true });
        expect(tagsOf(html)).toEqual(['p', '/p']);
        expect(textOfHtml(html)).toBe(visible(text).trim());
        expect(tagsOf(render(markup))).toEqual(['p', '/p']);
        // Within a sentence, too.
        expect(tagsOf(render(`The group ${markup} is odd`))).toEqual(['p', '/p']);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    '{{ insert: param, x }}',
    '1. one',
    '12) twelve',
    '- item',
    '+ item',
    '# title',
    '> quote',
    '    code',
    '===',
    'www.evil.example',
    'https://evil.example',
    'mailto:a@b.example',
    '<b>x</b>',
    '"quoted"',
    'a|b',
    '[x]: https://evil.example',
  ])('%s is literal', (text) => {
    const markup = forCommonMark(text);
    expect(tagsOf(render(markup))).toEqual(['p', '/p']);
    expect(markup).not.toContain('{{');
  });

  test('in a property is one line, without blanks around it', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = line(text);
        if (shown === undefined) expect(visible(text).trim()).toBe('');
        else expect(shown).toMatch(/^\S(.*\S)?$/);
      }),
    );
  });

  test('as a token keeps what is different apart', () => {
    expect(token('SOC2:CC6.3')).toBe('SOC2_CC6.3');
    expect(token('27001')).toBe('_27001');
    fc.assert(
      fc.property(nasty, nasty, (a, b) => {
        expect(token(a)).toMatch(/^[A-Za-z_][A-Za-z0-9_.-]*$/);
        // Of `:` and a leading digit alone, nothing but readability is lost.
        const plain = (text: string) => text.replaceAll(':', '_').replace(/^(?![A-Za-z_])/, '_');
        if (plain(a) !== plain(b)) expect(token(a)).not.toBe(token(b));
      }),
    );
  });

  test('as a path is a reference to that very file', () => {
    expect(fileReference('policies/a b#1?.yml')).toBe('policies/a%20b%231%3F.yml');
    expect(fileReference('javascript:alert(1)')).toBe('javascript%3Aalert(1)');
    expect(fileReference('//evil.example/x')).not.toMatch(/^\/\//);
    expect(fileReference('')).toBeUndefined();
  });
});
