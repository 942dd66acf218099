import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { covers, glob, isGlob, literal } from '../../src/policy/glob.ts';
import { matchesGlob } from '../evaluate/reference.ts';

const piece = fc.constantFrom('*', '\\*', '\\\\', '\\', 'a', 'b', 'é', 'e\u0301', '\u0301', '😀', ' ');
const pattern = fc.array(piece, { maxLength: 7 }).map((pieces) => pieces.join(''));
const text = fc
  .array(fc.constantFrom('a', 'b', 'é', 'e\u0301', '*', '\\', '😀', ' '), { maxLength: 7 })
  .map((pieces) => pieces.join(''));

describe('a glob', () => {
  test.each([
    ['Payroll*', 'Payroll', true],
    ['Payroll*', 'Payroll Admins', true],
    ['Payroll*', 'payroll admins', false],
    ['*Admins', 'Payroll Admins', true],
    ['*Admins', 'Payroll Admins 2', false],
    ['P*l*s', 'Payroll Admins', true],
    ['*', '', true],
    ['**', 'anything', true],
    ['A\\*', 'A*', true],
    ['A\\*', 'AB', false],
    ['a\\b', 'a\\b', true],
    ['a\\\\*', 'a\\xyz', true],
    ['Caf\u00e9*', 'Cafe\u0301 Club', true],
    ['Pay?oll', 'Payroll', false],
    ['Pay[r]oll', 'Payroll', false],
    ['Pay.*', 'Payroll', false],
  ])('%j on %j is %j', (pattern_, text_, expected) => {
    expect(glob(pattern_)(text_)).toBe(expected);
  });

  test('does what trying everything does', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(glob(p)(t)).toBe(matchesGlob(p, t));
      }),
      { numRuns: 2000 },
    );
  });

  test('compares after NFC', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        expect(glob(p)(t.normalize('NFD'))).toBe(glob(p)(t.normalize('NFC')));
        expect(glob(p.normalize('NFD'))(t)).toBe(glob(p.normalize('NFC'))(t));
      }),
    );
  });

  test('of a pattern without a star is the text it stands for', () => {
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        fc.pre(!isGlob(p));
        expect(glob(p)(t)).toBe(literal(p.normalize('NFC')) === t.normalize('NFC'));
      }),
    );
  });

  test('has no backtracking to attack', () => {
    expect(glob(`${'*a'.repeat(2000)}b`)('a'.repeat(4000))).toBe(false);
    expect(covers(`${'*a'.repeat(1000)}b`, 'a'.repeat(2000))).toBe(false);
  });
});

describe('covers', () => {
  test.each([
    ['Payroll*', 'Payroll Admins', true],
    ['Payroll*', 'Payroll*', true],
    ['Payroll*', 'Payroll A*', true],
    ['Payroll*', 'Pay*', false],
    ['Payroll*', '*', false],
    ['*', '*a*', true],
    ['*a*', '*', false],
    ['a*c', 'a*b*c', true],
    ['A\\*', 'A*', false],
    ['A*', 'A\\*', true],
    ['Payroll', 'Payroll*', false],
  ])('%j covers %j: %j', (outer, inner, expected) => {
    expect(covers(outer, inner)).toBe(expected);
  });

  test('is sound: what the inner pattern matches, the outer one matches', () => {
    fc.assert(
      fc.property(pattern, pattern, text, (outer, inner, t) => {
        fc.pre(covers(outer, inner));
        if (glob(inner)(t)) expect(glob(outer)(t)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('is sound for texts made from the inner pattern itself', () => {
    fc.assert(
      fc.property(
        pattern,
        pattern,
        fc.array(text, { minLength: 8, maxLength: 8 }),
        (outer, inner, fillings) => {
          fc.pre(covers(outer, inner));
          let next = 0;
          const made = inner.replace(/\\([*\\])|\*/g, (_, escaped) => escaped ?? fillings[next++ % 8]);
          if (glob(inner)(made)) expect(glob(outer)(made)).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('takes every pattern to cover itself and a literal to cover its own name', () => {
    fc.assert(
      fc.property(pattern, (p) => {
        expect(covers(p, p)).toBe(true);
        expect(covers('*', p)).toBe(true);
      }),
    );
  });
});
