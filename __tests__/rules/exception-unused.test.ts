import { describe, expect, test } from '@jest/globals';
import { found, only, ruleOf } from '../evaluate/builders.ts';
import { at, endOf, excepting, IN, judgeAt, OUT } from './exceptions.ts';

describe('exception-unused', () => {
  test('finds an exception in force that excuses nothing', () => {
    expect(
      only(judgeAt(at('2026-11-22'), excepting('expires: 2026-12-31'), OUT), 'exception-unused'),
    ).toMatchObject({
      severity: 'warning',
      message:
        'the exception from unexpected-member for jo@example.com in A excuses nothing: there is no such finding (@acme/finance answers for it)',
      location: { line: 5, column: 5 },
    });
  });

  test('finds nothing of one that is used, not granted yet, or over', () => {
    const policy = excepting('expires: 2026-12-31\n    granted: 2026-11-23');
    expect(found(judgeAt(at('2026-12-01'), policy, IN), 'exception-unused')).toEqual([]);
    expect(found(judgeAt(endOf('2026-11-22'), policy, OUT), 'exception-unused')).toEqual([]);
    expect(found(judgeAt(at('2027-01-01'), policy, OUT), 'exception-unused')).toEqual([]);
    expect(found(judgeAt(at('2026-11-23'), policy, OUT), 'exception-unused')).toHaveLength(1);
  });

  test('finds an exception from a rule that is off', () => {
    const policy = excepting('expires: 2026-12-31', 'rules: { unexpected-member: off }\n');
    expect(found(judgeAt(at('2026-11-22'), policy), 'exception-unused')).toHaveLength(1);
    expect(ruleOf(judgeAt(at('2026-11-22'), policy), 'exception-unused').status).toBe('fail');
  });
});
