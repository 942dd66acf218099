import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { yamlQuoted, yamlText } from '../../src/model/yaml-text.ts';

describe('a text in YAML', () => {
  test.each([
    ['Payroll Admins', 'Payroll Admins'],
    ['jo@example.com', 'jo@example.com'],
    ['everyone', 'everyone'],
    ['no', '"no"'],
    ['58d55e3ffdc2eb20547edd0a', '"58d55e3ffdc2eb20547edd0a"'],
    ['two  # words', '"two  # words"'],
    ['@acme/finance', '"@acme/finance"'],
  ])('%j is written %s', (text, written) => {
    expect(yamlText(text)).toBe(written);
  });

  test('is in quotes whenever that is asked for', () => {
    expect(yamlQuoted('abc')).toBe('"abc"');
    expect(yamlQuoted('"\\\n')).toBe('"\\"\\\\\\n"');
  });

  test('reads back as itself, in a block, in a flow and as a key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text.isWellFormed());
        for (const written of [yamlText(text), yamlQuoted(text)]) {
          expect(parse(`- ${written}\n- { a: ${written} }\n- [${written}, ${written}]\n`)).toEqual([
            text,
            { a: text },
            [text, text],
          ]);
          expect(written).not.toContain('\n');
        }
      }),
    );
  });
});
