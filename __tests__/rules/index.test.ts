import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { RULES } from '../../src/rules/index.ts';

/** The rules and default severities that the description of the language promises. */
const PROMISED = {
  'unexpected-member': 'error',
  'missing-member': 'error',
  'forbidden-member': 'error',
  'member-count': 'error',
  'unexpected-account': 'error',
  'missing-account': 'error',
  'forbidden-account': 'error',
  'account-count': 'error',
  'unexpected-role-holder': 'error',
  'missing-role-holder': 'error',
  'forbidden-role-holder': 'error',
  'role-holder-count': 'error',
  'unmanaged-group': 'warning',
  'missing-group': 'error',
  'renamed-group': 'warning',
  'unmanaged-role': 'warning',
  'missing-role': 'error',
  'renamed-role': 'warning',
  'inactive-role': 'warning',
  'inactive-member': 'warning',
  'leaver-active': 'error',
  'inactive-manager': 'warning',
  'duplicate-identity': 'warning',
  'dangling-group': 'warning',
  'separation-of-duties': 'error',
  requirement: 'error',
  'source-disagreement': 'error',
  'review-overdue': 'error',
  'review-incomplete': 'error',
  'review-self': 'error',
  'revocation-pending': 'error',
  'exception-expired': 'error',
  'exception-expiring': 'warning',
  'exception-unused': 'warning',
  'exception-too-long': 'error',
};

const FOLDER = new URL('../../src/rules/', import.meta.url);
/** Files of the folder that hold no rule: the list, the type, words, and what several rules share. */
const SHARED = [
  'index',
  'rule',
  'wording',
  'clause-rule',
  'exception-rule',
  'review-rule',
  'edits',
  'excuse',
];
const DOCS = new URL('../../docs/rules.md', import.meta.url);

describe('the list of rules', () => {
  const ids = RULES.map(({ id }) => id);

  test('is what the language promises', () => {
    expect(Object.fromEntries(RULES.map(({ id, severity }) => [id, severity]))).toEqual(PROMISED);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('is the folder, one rule one file, in both directions', () => {
    const files = readdirSync(FOLDER).map((name) => name.replace(/\.ts$/, ''));
    expect(files.filter((name) => !SHARED.includes(name)).sort()).toEqual([...ids].sort());
  });

  test('has one test file a rule', () => {
    const tests = readdirSync(new URL('.', import.meta.url)).flatMap(
      (name) => /^(.*)\.test\.ts$/.exec(name)?.[1] ?? [],
    );
    expect(tests.filter((name) => name !== 'index').sort()).toEqual([...ids].sort());
  });

  test('is the table of docs/rules.md, with the same severities, in both directions', () => {
    const documented = readFileSync(DOCS, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const cells = line.split('|').map((cell) => cell.trim());
        const id = /^`([a-z-]+)`$/.exec(cells[1] ?? '')?.[1];
        const severity = cells.find((cell) => /^(error|warning|notice)$/.test(cell));
        return id && severity ? [[id, severity]] : [];
      });
    expect(Object.fromEntries(documented)).toEqual(PROMISED);
  });

  test('says in one sentence what each finds', () => {
    for (const { finds } of RULES) expect(finds).toMatch(/^[A-Z].*\.$/);
  });
});
