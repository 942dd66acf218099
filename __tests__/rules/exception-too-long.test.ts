import { describe, expect, test } from '@jest/globals';
import { found, only, ruleOf } from '../evaluate/builders.ts';
import { at, endOf, excepting, IN, judgeAt } from './exceptions.ts';

describe('exception-too-long', () => {
  test.each([
    ['granted: 2026-01-01', '2027-01-01', 0],
    ['granted: 2026-01-01', '2027-01-02', 1],
    ['granted: 2024-01-01', '2024-12-31', 0],
    ['granted: 2024-01-01', '2025-01-01', 1],
  ])('%s until %s: %i (365 days later is not too long)', (granted, expires, findings) => {
    const policy = excepting(`expires: ${expires}\n    ${granted}`);
    expect(found(judgeAt(at('2026-06-01'), policy), 'exception-too-long')).toHaveLength(findings);
  });

  test('counts from now where no day is given', () => {
    const policy = excepting('expires: 2027-11-22');
    expect(found(judgeAt(at('2026-11-22'), policy), 'exception-too-long')).toEqual([]);
    expect(only(judgeAt(endOf('2026-11-21'), policy), 'exception-too-long')).toMatchObject({
      severity: 'error',
      message:
        'the exception from unexpected-member for jo@example.com in A lasts until 2027-11-22, which is too long (@acme/finance answers for it)',
      location: { line: 5 },
    });
  });

  test('has its limit as an option, and looks at exceptions that are not granted yet too', () => {
    const policy = excepting(
      'expires: 2027-03-01\n    granted: 2027-01-01',
      'rules: { exception-too-long: { max: 4w } }\n',
    );
    expect(found(judgeAt(at('2026-11-22'), policy), 'exception-too-long')).toHaveLength(1);
    expect(
      ruleOf(judgeAt(at('2026-11-22'), policy.replace('4w', '60d'), IN), 'exception-too-long').status,
    ).toBe('pass');
  });

  test('does not keep the exception from excusing', () => {
    const evaluated = judgeAt(at('2026-11-22'), excepting('expires: 2030-01-01'));
    expect(found(evaluated, 'unexpected-member')).toEqual(['jo in A (excepted)']);
    expect(found(evaluated, 'exception-too-long')).toHaveLength(1);
  });
});
