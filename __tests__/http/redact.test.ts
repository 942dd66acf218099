import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRedactor } from '../../src/http/redact.ts';

describe('redaction', () => {
  it('leaves no secret in a text, however it is written', () => {
    const secret = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 30 })
      .filter((text) => text.trim().length >= 8);
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (text, before, after) => {
        const redact = createRedactor([text]);
        const bare = text.trim();
        for (const form of [bare, encodeURIComponent(bare.toWellFormed())]) {
          expect(redact(`${before} ${form} ${after}`)).not.toContain(form);
        }
      }),
    );
  });

  it('finds the token of a header', () => {
    const redact = createRedactor(['Bearer abcdef123']);
    expect(redact('got ABCDEF123 back')).toBe('got *** back');
  });

  it('leaves ordinary words alone', () => {
    const redact = createRedactor(['', 'x', 'the']);
    expect(redact('the x')).toBe('the x');
  });
});
