import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ANNOTATION_LENGTH } from '../../src/model/limits.ts';
import { annotate, toWorkflowCommand } from '../../src/reporters/annotations.ts';
import { visible } from '../../src/reporters/escape.ts';
import { commandsOf } from './runner.ts';
import { anyReport, at, drift, finding, problem, report } from './sample.ts';

function times<T>(length: number, make: (index: number) => T): T[] {
  return Array.from({ length }, (_, index) => make(index));
}

describe('what is annotated', () => {
  test('a finding at its policy line, with both ways out', () => {
    expect(annotate(drift([finding()]))).toEqual([
      {
        level: 'error',
        title: 'Access drift: unexpected-member',
        message: [
          'sam@example.com is in Payroll Admins, which allows at most people where department is Finance',
          'To resolve: Settings → Groups: remove sam@example.com',
          'Or in the policy:',
          'at-least:',
          '  - sam@example.com',
        ].join('\n'),
        ...at(31),
      },
    ]);
  });

  test('problems first, then errors, warnings and notices', () => {
    const findings = (['error', 'warning', 'notice'] as const).map((severity) => finding({ severity }));
    const all = annotate(drift(findings, { problems: [problem()] }));
    expect(all.map(({ level, title }) => [level, title])).toEqual([
      ['error', 'Could not check: auth-rejected'],
      ['error', 'Access drift: unexpected-member'],
      ['warning', 'Access drift: unexpected-member'],
      ['notice', 'Access drift: unexpected-member'],
    ]);
    expect(all[0]).not.toHaveProperty('file');
  });

  test('excepted findings are left out', () => {
    expect(annotate(drift([finding({ status: 'excepted' })]))).toEqual([]);
  });

  test('lines that this pull request changes come first, even far down the list', () => {
    const findings = times(40, (index) => finding({ location: { ...at(index + 1), endLine: index + 2 } }));
    const changed = new Map([['.github/leapsome-access-policy.yml', new Set([31])]]);
    const lines = annotate(drift(findings), changed).map(({ line }) => line);
    expect(lines).toEqual([30, 31, 1, 2, 3, 4, 5, 6, 7, undefined]);
  });

  test('a place of many lines is compared with few changed ones', () => {
    const location = { ...at(1), endLine: 2_000_000_000 };
    const findings = [finding({ location: at(1) }), finding({ location })];
    const changed = new Map([[location.file, new Set([77])]]);
    expect(annotate(drift(findings), changed)[0]?.endLine).toBe(location.endLine);
  });

  test.each([
    [9, 9, undefined],
    [10, 10, '1 more error, see the summary'],
    [1500, 10, '1,491 more errors, see the summary'],
  ])('of %d errors it writes %d', (total, written, last) => {
    const all = annotate(drift(times(total, () => finding())));
    expect(all).toHaveLength(written);
    if (last !== undefined) expect(all.at(-1)).toMatchObject({ level: 'error', message: last });
  });

  test.each([
    [9, 0, 9, undefined],
    [20, 3, 7, '14 more warnings, see the summary'],
    [6, 3, 6, undefined],
    [7, 3, 7, '1 more warning, see the summary'],
    [2, 12, 1, '2 more warnings, see the summary'],
    [0, 12, 0, undefined],
  ])(
    'of %d warnings, beside %d of the step that are others, it writes %d',
    (total, others, written, last) => {
      const warnings = times(total, () => finding({ severity: 'warning' }));
      const all = annotate(drift([...warnings, finding()]), undefined, others);
      expect(all.filter(({ level }) => level === 'error')).toHaveLength(1);
      const ofWarnings = all.filter(({ level }) => level === 'warning');
      expect(ofWarnings).toHaveLength(written);
      const more = ofWarnings.filter(({ title }) => title === 'There is more');
      expect(more.map(({ message }) => message)).toEqual(last === undefined ? [] : [last]);
    },
  );

  test('a file has the name that it has in the repository, also when changed lines are looked for', () => {
    const findings = times(12, (index) => finding({ location: at(index + 1, 'checkout/access/policy.yml') }));
    const changed = new Map([['access/policy.yml', new Set([11])]]);
    const all = annotate(drift(findings, { run: { policyRoot: 'checkout' } }), changed);
    expect(all[0]).toMatchObject(at(11, 'access/policy.yml'));
    const above = finding({ location: at(3, 'common.yml') });
    expect(annotate(drift([above], { run: { policyRoot: 'checkout' } }))[0]).not.toHaveProperty('file');
  });

  test('a policy of another repository has no line in this one, and is named in words', () => {
    const location = at(31, 'access/x\u202e.yml');
    const changed = new Map([[location.file, new Set([31])]]);
    const any = drift([finding({ location })], {
      problems: [problem({ location }), problem()],
      run: { policyRoot: null },
    });
    const all = annotate(any, changed);
    for (const each of all) for (const key of ['file', 'line']) expect(each).not.toHaveProperty(key);
    expect(all.map(({ message }) => message.split('\n')[0])).toEqual([
      'access/x\\u202e.yml:31: Leapsome refused the token.',
      'Leapsome refused the token.',
      expect.stringMatching(/^access\/x\\u202e\.yml:31: sam@example\.com is in/),
    ]);
  });

  test('an absolute path is left to the runner', () => {
    const [annotation] = annotate(drift([finding({ location: at(31, '/work/policy.yml') })]));
    expect(annotation?.file).toBe('/work/policy.yml');
  });

  test('problems and errors share the room for errors', () => {
    const all = annotate(
      drift(
        times(5, () => finding()),
        { problems: times(6, () => problem()) },
      ),
    );
    expect(all.map(({ title }) => title.split(':')[0])).toEqual([
      ...times(6, () => 'Could not check'),
      ...times(3, () => 'Access drift'),
      'There is more',
    ]);
    expect(all.at(-1)?.message).toBe('2 more errors, see the summary');
  });

  test('messages are cut to what GitHub keeps, never inside a character', () => {
    const [annotation] = annotate(drift([finding({ message: '😀'.repeat(5000) })]));
    expect(annotation?.message).toHaveLength(ANNOTATION_LENGTH - 1);
    expect(annotation?.message.isWellFormed()).toBe(true);
    expect(annotation?.message.endsWith('😀…')).toBe(true);
  });
});

describe('the workflow command', () => {
  const annotation = { level: 'error', title: 'Access drift: x, y', message: 'one\n50% two' } as const;

  test('names the range when it is on one line', () => {
    expect(toWorkflowCommand({ ...annotation, ...at(3, 'a,b.yml') })).toBe(
      '::error file=a%2Cb.yml,line=3,col=7,endLine=3,endColumn=41,title=Access drift%3A x%2C y::one%0A50%25 two',
    );
  });

  test('leaves the columns out when the range ends on another line, as the runner would', () => {
    expect(toWorkflowCommand({ ...annotation, ...at(3), endLine: 5 })).toBe(
      '::error file=.github/leapsome-access-policy.yml,line=3,endLine=5,title=Access drift%3A x%2C y::one%0A50%25 two',
    );
  });

  test('has no place when there is none', () => {
    expect(toWorkflowCommand(annotation)).toBe('::error title=Access drift%3A x%2C y::one%0A50%25 two');
  });

  test('the runner reads back what was meant, whatever the names are', () => {
    fc.assert(
      fc.property(anyReport, (any) => {
        for (const each of annotate(any)) {
          const commands = commandsOf(toWorkflowCommand(each));
          expect(commands).toHaveLength(1);
          expect(commands[0]?.name).toBe(each.level);
        }
      }),
    );
    const name = '\n::error::x ##[y] 100%0A, a:b';
    const [read] = commandsOf(
      toWorkflowCommand(annotate(report({ findings: [finding({ rule: name })] }))[0]!),
    );
    expect(read?.properties.title).toBe(`Access drift: ${visible(name).replace('##[', '#\\u0023[')}`);
  });
});
