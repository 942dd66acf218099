import { describe, expect, test } from '@jest/globals';
import { found, only, ruleOf } from '../evaluate/builders.ts';
import { at, endOf, excepting, judgeAt, OUT } from './exceptions.ts';

describe('exception-expiring', () => {
  const policy = excepting('expires: 2026-12-31');

  test.each([
    [endOf('2026-12-16'), 0, 'in-force'],
    [at('2026-12-17'), 1, 'expiring'],
    [endOf('2026-12-31'), 1, 'expiring'],
    [at('2027-01-01'), 0, 'expired'],
  ])('at %s finds %i, and the exception is %s otherwise', (asOf, findings, state) => {
    const evaluated = judgeAt(asOf, policy);
    expect(found(evaluated, 'exception-expiring')).toHaveLength(findings);
    expect(evaluated.exceptions[0]!.state).toBe(state);
  });

  test('says when', () => {
    expect(only(judgeAt(at('2026-12-20'), policy), 'exception-expiring')).toMatchObject({
      severity: 'warning',
      message:
        'the exception from unexpected-member for jo@example.com in A ends on 2026-12-31 (@acme/finance answers for it)',
      location: { line: 5 },
    });
  });

  test('looks ahead as far as it is told', () => {
    const far = excepting('expires: 2026-12-31', 'rules: { exception-expiring: { within: 30d } }\n');
    const evaluated = judgeAt(at('2026-12-01'), far);
    expect(found(evaluated, 'exception-expiring')).toHaveLength(1);
    expect(evaluated.exceptions[0]!.state).toBe('expiring');
    expect(found(judgeAt(endOf('2026-11-30'), far), 'exception-expiring')).toEqual([]);
  });

  test('leaves an exception that excuses nothing to exception-unused', () => {
    const evaluated = judgeAt(at('2026-12-20'), policy, OUT);
    expect(found(evaluated, 'exception-expiring')).toEqual([]);
    expect(found(evaluated, 'exception-unused')).toHaveLength(1);
    expect(ruleOf(evaluated, 'exception-expiring').status).toBe('pass');
  });
});
