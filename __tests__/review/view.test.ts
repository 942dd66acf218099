import { expect, test } from '@jest/globals';
import type { Problem } from '../../src/model/problem.ts';
import type { Start } from '../../src/review/start.ts';
import { startText } from '../../src/review/view.ts';

const NOTHING: Start = {
  result: 'could-not-check',
  startedOn: '2026-11-01',
  dueOn: '2026-11-15',
  records: [],
  left: [],
  problems: [],
  warnings: [],
};

function saidOf(message: string): string {
  const problem: Problem = { code: 'policy-invalid', message, hint: 'write a list' };
  return startText({ ...NOTHING, problems: [problem] });
}

test('what to do is said once, whether the problem has a code frame or not', () => {
  expect(saidOf('It is wrong.')).toContain('It is wrong.\n  write a list\n');
  expect(saidOf('It is wrong.\n  ^ write a list').match(/write a list/g)).toHaveLength(1);
  expect(saidOf('It is wrong:\nhere').match(/write a list/g)).toHaveLength(1);
});
