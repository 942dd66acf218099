import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Report } from '../../src/model/report.ts';
import { visible } from '../../src/reporters/escape.ts';
import { ocsf } from '../../src/reporters/ocsf.ts';
import { anyRun, materialOf } from './any-run.ts';
import { CAPTIONS, ocsfErrors } from './ocsf-schema.ts';
import { drift, finding, nasty, problem, report, rule } from './sample.ts';

interface Event {
  readonly [key: string]: unknown;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly type_name: string;
  readonly severity_id: number;
  readonly severity: string;
  readonly status_id: number;
  readonly status: string;
  readonly status_detail?: string;
  readonly message: string;
  readonly finding_info: {
    readonly uid: string;
    readonly types: readonly string[];
    readonly first_seen_time?: number;
    readonly src_url?: string;
    readonly analytic?: { readonly uid: string };
  };
  readonly metadata: { readonly uid: string; readonly correlation_uid: string };
  readonly compliance: {
    readonly status_id: number;
    readonly status: string;
    readonly control?: string;
    readonly standards?: readonly string[];
    readonly requirements?: readonly string[];
    readonly status_details?: readonly string[];
    readonly checks?: readonly { readonly uid: string; readonly status: string }[];
  };
  readonly resources?: readonly { readonly type: string; readonly uid?: string; readonly name?: string }[];
  readonly observables?: readonly { readonly name: string; readonly type: string; readonly value: string }[];
}

function textOf(any: Report): string {
  const files = [...(ocsf(materialOf(any)) as Iterable<{ name: string; chunks: Iterable<string> }>)];
  expect(files.map(({ name }) => name)).toEqual(['report.ocsf.json']);
  return [...files[0]!.chunks].join('');
}

function eventsOf(any: Report): readonly Event[] {
  return JSON.parse(textOf(any)) as Event[];
}

const isOf = (type: string) => (event: Event) =>
  event.finding_info.types[0] === `leapsome-access-policy/${type}`;

describe('report.ocsf.json', () => {
  test('is valid whatever the report holds', () => {
    fc.assert(
      fc.property(anyRun, (any) => {
        expect(ocsfErrors(eventsOf(any))).toEqual([]);
      }),
    );
  });

  test('the schema of the tests bites', () => {
    const [event] = eventsOf(drift([finding()])) as [Event];
    const { compliance, ...rest } = event;
    expect(ocsfErrors([event])).toEqual([]);
    expect(ocsfErrors([rest])).toHaveLength(1);
    expect(ocsfErrors([{ ...event, more: 1 }])).toHaveLength(1);
    expect(ocsfErrors([{ ...event, severity_id: 7 }])).toHaveLength(1);
    expect(ocsfErrors([{ ...event, compliance: { ...compliance, standards: [] } }])).toHaveLength(1);
  });

  test('pairs every id with its caption', () => {
    const captionOf = (captions: Readonly<Record<number, string>>, id: number, own: string) =>
      id === 99 ? own : captions[id];
    fc.assert(
      fc.property(anyRun, (any) => {
        for (const event of eventsOf(any)) {
          expect(event.activity_name).toBe(CAPTIONS.activity[event.activity_id as 1]);
          expect(event.type_name).toBe(CAPTIONS.type[event.type_uid as 200301]);
          expect(event.type_uid).toBe(200_300 + event.activity_id);
          expect(event.severity).toBe(CAPTIONS.severity[event.severity_id as 1]);
          expect(event.status).toBe(captionOf(CAPTIONS.status, event.status_id, 'Passed'));
          expect(event.compliance.status).toBe(CAPTIONS.compliance[event.compliance.status_id as 1]);
          for (const { type, type_id: id } of (event.observables ?? []) as never as {
            type: string;
            type_id: 4;
          }[])
            expect(type).toBe(CAPTIONS.observable[id]);
        }
      }),
    );
  });

  test('has an event on each line, so that lines can be cut out', () => {
    fc.assert(
      fc.property(anyRun, (any) => {
        const text = textOf(any);
        const lines = text.trimEnd().split('\n').slice(1, -1);
        expect(lines.map((line) => JSON.parse(line.replace(/,$/, '')))).toEqual(JSON.parse(text));
      }),
    );
  });

  test('is the same for the same report', () => {
    fc.assert(fc.property(anyRun, (any) => textOf(any) === textOf(structuredClone(any))));
  });

  test('gives every event an id of its own, and all of them that of the run', () => {
    const any = drift([finding(), finding({ fingerprint: 'cd'.repeat(32) })], {
      problems: [problem(), problem()],
    });
    const events = eventsOf(any);
    expect(new Set(events.map(({ metadata }) => metadata.uid)).size).toBe(events.length);
    expect(new Set(events.map(({ metadata }) => metadata.correlation_uid)).size).toBe(1);
  });
});

describe('a finding', () => {
  test('fails the control that the policy names, of its standard', () => {
    const controls = ['SOC2:CC6.3', 'ISO27001:A.9.2.5', 'house rule'];
    const [event] = eventsOf(drift([finding({ controls })]));
    expect(event!.compliance).toMatchObject({
      status: 'Fail',
      control: 'CC6.3',
      standards: ['SOC2', 'ISO27001'],
      requirements: controls,
    });
    expect(event!.compliance.checks?.map(({ uid, status }) => [uid, status])).toEqual([
      ['CC6.3', 'Fail'],
      ['A.9.2.5', 'Fail'],
      ['house rule', 'Fail'],
    ]);
  });

  test('fails its rule where the policy names no control', () => {
    const [event] = eventsOf(drift([finding({ controls: [] })]));
    expect(event!.compliance.control).toBe('unexpected-member');
    expect(event!.compliance.standards).toBeUndefined();
  });

  test.each([
    ['error', 'High'],
    ['warning', 'Medium'],
    ['notice', 'Low'],
  ] as const)('of the severity %s is %s', (severity, caption) => {
    expect(eventsOf(drift([finding({ severity })]))[0]!.severity).toBe(caption);
  });

  test('is about an account and a group, as they are in Leapsome', () => {
    const name = 'Payroll \u00a0Admins';
    const [event] = eventsOf(drift([finding({ group: { id: 'g1', name } })]));
    expect(event!.resources).toEqual([
      { type: 'Leapsome account', uid: '5ecba01fb567a5d046582027', name: 'sam@example.com' },
      { type: 'Leapsome group', uid: 'g1', name },
    ]);
    expect(event!.observables).toContainEqual(
      expect.objectContaining({ name: 'resources[0].name', type: 'Email Address', value: 'sam@example.com' }),
    );
  });

  test('that is excused is suppressed, and still a failure', () => {
    const exception = { owner: '@acme/it', reason: 'Cover', expires: '2026-12-31', ticket: 'IT-1' };
    const [event] = eventsOf(drift([finding({ status: 'excepted', exception })]));
    expect(event).toMatchObject({ status: 'Suppressed', compliance: { status: 'Fail' } });
    expect(event!.status_detail).toBe('Excepted by @acme/it until 2026-12-31: Cover (IT-1)');
  });

  test('is shown literally', () => {
    fc.assert(
      fc.property(nasty, (message) => {
        const [event] = eventsOf(drift([finding({ message })]));
        expect(event!.message).toBe(visible(message));
      }),
    );
  });

  test('links the run only where that is an https address', () => {
    const linked = (runUrl: string) =>
      eventsOf(drift([finding()], { run: { runUrl } }))[0]!.finding_info.src_url;
    expect(linked('https://github.com/acme/x/actions/runs/1')).toBe(
      'https://github.com/acme/x/actions/runs/1',
    );
    expect(linked(' https:evil.example/\n<b>')).toBe('https://evil.example/%3Cb%3E');
    expect(linked('javascript:alert(1)')).toBeUndefined();
    expect(linked('http://evil.example')).toBeUndefined();
    expect(linked('no address')).toBeUndefined();
  });
});

describe('since an earlier run', () => {
  const since = { startedAt: '2026-09-30T06:00:00.000Z', newFindings: 1, goneFindings: [] };
  const gone = {
    fingerprint: 'ef'.repeat(32),
    rule: 'missing-member',
    status: 'open' as const,
    firstSeen: '2026-09-01',
    message: 'kim@example.com is not in Payroll Admins',
    user: { id: 'u9' },
  };

  test('a finding is created when it is new, and updated afterwards', () => {
    const events = eventsOf(
      drift([finding({ firstSeen: '2026-10-01' }), finding({ firstSeen: '2026-09-01' })], { since }),
    );
    expect(events.filter(isOf('finding')).map((event) => event.activity_name)).toEqual(['Create', 'Update']);
    expect(events[1]!.finding_info.first_seen_time).toBe(Date.UTC(2026, 8, 1));
  });

  test('without one every finding is created', () => {
    expect(eventsOf(drift([finding({ firstSeen: '2026-09-01' })]))[0]!.activity_name).toBe('Create');
  });

  test('what is gone is closed, by the id that it had', () => {
    const [event] = eventsOf(drift([], { since: { ...since, goneFindings: [gone] } })).filter(
      isOf('finding'),
    );
    expect(event).toMatchObject({
      activity_name: 'Close',
      status: 'Resolved',
      compliance: { status: 'Pass' },
      finding_info: { uid: gone.fingerprint },
      resources: [{ type: 'Leapsome account', uid: 'u9' }],
    });
  });

  test.each([
    [
      'is not evaluated',
      [rule({ id: gone.rule, status: 'not-evaluated', reason: 'why' })],
      'Update',
      'Warning',
    ],
    ['is evaluated in part', [rule({ id: gone.rule, status: 'fail', reason: 'why' })], 'Update', 'Warning'],
    ['is off', [rule({ id: gone.rule, severity: 'off', status: 'not-evaluated' })], 'Close', 'Unknown'],
    ['exists no more', [], 'Close', 'Unknown'],
  ] as const)('what is gone because its rule %s is not resolved', (_, rules, activity, status) => {
    const [event] = eventsOf(report({ rules, since: { ...since, goneFindings: [gone] } })).filter(
      isOf('finding'),
    );
    expect(event).toMatchObject({ activity_name: activity, compliance: { status } });
    expect(event!.status).not.toBe('Resolved');
  });
});

describe('a rule', () => {
  test('that passed is evidence, with the population that it was evaluated for', () => {
    const [event] = eventsOf(report()).filter(isOf('rule'));
    expect(event).toMatchObject({
      compliance: { status: 'Pass', control: 'unexpected-member' },
      severity: 'Informational',
      evidences: [{ data: { population: { users: 812 }, sources: [{ complete: true }] } }],
    });
  });

  test('that was not evaluated is a warning with the reason', () => {
    const [event] = eventsOf(
      report({ rules: [rule({ status: 'not-evaluated', reason: 'no roles known' })] }),
    );
    expect(event).toMatchObject({
      compliance: { status: 'Warning', status_details: ['no roles known'] },
      status: 'New',
    });
  });

  test('that failed is shown by its findings alone, unless a part of it is open', () => {
    const failed = rule({ status: 'fail', findings: 1 });
    expect(eventsOf(drift([finding()], { rules: [failed] })).filter(isOf('rule'))).toEqual([]);
    const [event] = eventsOf(drift([finding()], { rules: [{ ...failed, reason: 'a part' }] })).filter(
      isOf('rule'),
    );
    expect(event!.compliance.status).toBe('Warning');
  });

  test('has another id in another repository, and the same in the next run', () => {
    const uid = (change: Partial<Report>) => eventsOf(report(change))[0]!.finding_info.uid;
    const one = uid({ run: { repository: 'acme/one' } });
    expect(uid({ run: { repository: 'acme/one' }, startedAt: '2026-10-02T00:00:00.000Z' })).toBe(one);
    expect(uid({ run: { repository: 'acme/two' } })).not.toBe(one);
  });
});

test('nothing passes that the report does not show to pass', () => {
  fc.assert(
    fc.property(anyRun, (any) => {
      const passing = any.rules.filter(
        ({ status, severity, reason }) => status === 'pass' && severity !== 'off' && reason === undefined,
      );
      for (const event of eventsOf(any)) {
        if (event.compliance.status !== 'Pass') continue;
        expect(any.result).not.toBe('could-not-check');
        expect(any.population).not.toBeNull();
        expect(any.sources.some(({ complete }) => complete)).toBe(true);
        if (isOf('rule')(event))
          expect(passing.map(({ id }) => id.toWellFormed())).toContain(event.finding_info.analytic!.uid);
        else expect(event.activity_name).toBe('Close');
      }
    }),
  );
});

test('a run that could not check says why, and leaves everything unknown', () => {
  const any = drift([finding()], {
    result: 'could-not-check',
    problems: [problem({ message: 'Two lines\n  | of a frame' }), problem()],
  });
  const events = eventsOf(any);
  expect(new Set(events.map(({ compliance }) => compliance.status))).toEqual(new Set(['Unknown']));
  const problems = events.filter(isOf('problem'));
  expect(problems.map(({ severity }) => severity)).toEqual(['High', 'High']);
  expect(problems[0]!.message).toBe('Could not check (auth-rejected): Two lines\n  | of a frame');
});

test('comes in chunks of bounded size', () => {
  const [file] = ocsf(materialOf(drift(Array.from({ length: 2000 }, () => finding())))) as Iterable<{
    chunks: Iterable<string>;
  }>;
  const lengths = Array.from(file!.chunks, (chunk) => chunk.length);
  expect(lengths.length).toBeGreaterThan(10);
  expect(Math.max(...lengths)).toBeLessThan(80_000);
});
