import { describe, expect, test } from '@jest/globals';
import { found, only, ruleOf } from '../evaluate/builders.ts';
import { at, endOf, excepting, judgeAt, OUT } from './exceptions.ts';

describe('exception-expired', () => {
  const policy = excepting('expires: 2026-12-31');

  test('lets an exception hold through the end of its last day in UTC', () => {
    const last = judgeAt(endOf('2026-12-31'), policy);
    expect(found(last, 'exception-expired')).toEqual([]);
    expect(found(last, 'unexpected-member')).toEqual(['jo in A (excepted)']);
    const over = judgeAt(at('2027-01-01'), policy);
    expect(found(over, 'unexpected-member')).toEqual(['jo in A']);
    expect(only(over, 'exception-expired')).toMatchObject({
      severity: 'error',
      status: 'open',
      message:
        'the exception from unexpected-member for jo@example.com in A ended on 2026-12-31 and what it excused is still there (@acme/finance answers for it)',
      location: { line: 5, column: 5 },
    });
    expect(over.exceptions).toMatchObject([
      { subject: 'jo@example.com in A', state: 'expired', findings: 1 },
    ]);
  });

  test('says nothing of what is there when there is nothing', () => {
    expect(only(judgeAt(at('2027-06-01'), policy, OUT), 'exception-expired').message).toBe(
      'the exception from unexpected-member for jo@example.com in A ended on 2026-12-31 (@acme/finance answers for it)',
    );
  });

  test('waits for its grace, which does not prolong the exception', () => {
    const patient = excepting(
      'expires: 2026-12-31',
      'rules: { exception-expired: { severity: warning, grace: 1w } }\n',
    );
    const during = judgeAt(endOf('2027-01-07'), patient);
    expect(found(during, 'exception-expired')).toEqual([]);
    expect(found(during, 'unexpected-member')).toEqual(['jo in A']);
    expect(only(judgeAt(at('2027-01-08'), patient), 'exception-expired').severity).toBe('warning');
  });

  test('can be switched off, and is then no pass', () => {
    const off = judgeAt(
      at('2027-01-01'),
      excepting('expires: 2026-12-31', 'rules: { exception-expired: off }\n'),
    );
    expect(found(off, 'exception-expired')).toEqual([]);
    expect(ruleOf(off, 'exception-expired')).toMatchObject({ severity: 'off', status: 'not-evaluated' });
  });

  test('has a fingerprint that lines and reasons do not change, and that tells rules apart', () => {
    const { fingerprint } = only(judgeAt(at('2027-01-01'), policy), 'exception-expired');
    const moved = `\n${excepting('expires: 2026-12-30').replace('reason: cover', 'reason: other')}`;
    expect(only(judgeAt(at('2027-01-01'), moved), 'exception-expired').fingerprint).toBe(fingerprint);
    const other = policy.replace('rule: unexpected-member', 'rule: forbidden-member');
    expect(only(judgeAt(at('2027-01-01'), other), 'exception-expired').fingerprint).not.toBe(fingerprint);
  });
});
