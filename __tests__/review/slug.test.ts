import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fileNames, slugOf } from '../../src/review/slug.ts';
import { sha256 } from '../evaluate/builders.ts';

describe('the name of a group as a file name', () => {
  test.each([
    ['Payroll Admins', 'payroll-admins'],
    ['../../x', 'x'],
    ['a/b', 'a-b'],
    ['a\\b:c', 'a-b-c'],
    ['  Légal & Co.  ', 'legal-co'],
    ['a\nb', 'a-b'],
    ['.hidden', 'hidden'],
    ['CON', ''],
    ['com1', ''],
    ['🚀', ''],
    ['财务', ''],
    ['..', ''],
    ['', ''],
    ['x'.repeat(300), 'x'.repeat(60)],
    [`${'x'.repeat(59)} y`, 'x'.repeat(59)],
  ])('%j is %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test('of two with one slug, both carry their id, or its hash where it is more than a word', () => {
    const names = fileNames(
      [
        { id: '5ecba01fb567a5d046582027', name: 'Pay roll' },
        { id: '../x', name: 'Pay/roll' },
        { id: 'B', name: 'pay roll' },
        { id: '1', name: '🚀' },
        { id: '2', name: 'Chess' },
      ],
      sha256,
    );
    expect(Object.fromEntries(names)).toEqual({
      '5ecba01fb567a5d046582027': 'pay-roll-5ecba01fb567a5d046582027',
      '../x': `pay-roll-${sha256('../x').slice(0, 24)}`,
      B: `pay-roll-${sha256('B').slice(0, 24)}`,
      1: 'group-1',
      2: 'chess',
    });
  });

  test('a name that reads like another with its id gets its own id, too', () => {
    const names = fileNames(
      [
        { id: 'x1', name: 'Pay' },
        { id: 'x2', name: 'pay!' },
        { id: 'x3', name: 'Pay x1' },
      ],
      sha256,
    );
    expect(new Set(names.values()).size).toBe(3);
    expect(names.get('x3')).toBe('pay-x1-x3');
  });

  test('whatever groups are called: one file each, that no file system takes for another or for a way out', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom('a', 'A', 'á', 'CON', '../a', 'a-1'),
    );
    const groups = fc.uniqueArray(fc.record({ id: text, name: text }), {
      selector: ({ id }) => id,
      maxLength: 8,
    });
    fc.assert(
      fc.property(groups, (all) => {
        const names = [...fileNames(all, sha256).values()];
        expect(names).toHaveLength(all.length);
        for (const name of names) expect(name).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
        expect(new Set(names).size).toBe(all.length);
      }),
      { numRuns: 500 },
    );
  });
});
