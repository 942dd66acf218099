import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { micromark } from 'micromark';
import { parse } from 'yaml';
import {
  forCommandData,
  forCommandProperty,
  forJsonLog,
  forLog,
  forMarkdown,
  forMarkdownBlock,
  forSarif,
  forYaml,
  visible,
} from '../../src/reporters/escape.ts';
import { render, textOf } from './markdown.ts';
import { nasty } from './sample.ts';

describe('visible', () => {
  test.each([
    ['a\nb\rc\td', 'a\\nb\\rc\\td'],
    ['\u0000\u001b[31m\u007f\u0085\u009b', '\\u0000\\u001b[31m\\u007f\\u0085\\u009b'],
    ['\u202eevil\u2066', '\\u202eevil\\u2066'],
    ['\u200bzero\u200d\u2060\ufeff\u00ad', '\\u200bzero\\u200d\\u2060\\ufeff\\u00ad'],
    ['\u2028\u2029\u00a0\u3000\u2003\u2800', '\\u2028\\u2029\\u00a0\\u3000\\u2003\\u2800'],
    ['\ud800 \udfff', '\\ud800 \\udfff'],
    ['\u{e0041}\u{e007f}', '\\u{e0041}\\u{e007f}'],
    ['\u3164\ufff9\uffff\ue000', '\\u3164\\ufff9\\uffff\\ue000'],
    ['a\ufe0f', 'a\\ufe0f'],
  ])('shows %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
  });

  test.each([
    'Payroll Admins',
    'Zoë Łukasz',
    'Ärzte',
    'ทีม',
    '開発部',
    'فريق',
    'हिन्दी',
    '👩‍👩‍👧 ❤️ 1️⃣ 🇩🇪',
    'C:\\x',
  ])('leaves %s', (text) => {
    expect(visible(text)).toBe(text);
  });

  test('applying it twice changes nothing', () => {
    fc.assert(fc.property(nasty, (text) => visible(visible(text)) === visible(text)));
  });
});

describe('forLog', () => {
  test.each([
    ['a ##[error]b', 'a #\\u0023[error]b'],
    ['::error::x', '\\u003a\\u003aerror:\\u003ax'],
    ['x\n::error::y', 'x\\n:\\u003aerror:\\u003ay'],
    ['##', '#\\u0023'],
    ['#[x', '\\u0023[x'],
    ['#\u20e3#[', '#\\u20e3\\u0023['],
    ['Note: see #12', 'Note: see #12'],
    ['a ## b', 'a ## b'],
  ])('breaks commands in %j', (text, expected) => {
    expect(forLog(text)).toBe(expected);
  });

  test('values that meet never make a command', () => {
    fc.assert(
      fc.property(fc.array(nasty), fc.constantFrom('', ' ', '[', ':', ' ['), (values, between) => {
        const line = values.map(forLog).join(between);
        expect(line).not.toContain('##[');
        expect(between === ':' ? `x${line}`.trim().startsWith('::') : line.includes('::')).toBe(false);
      }),
    );
  });

  test('ends soon on long runs of special characters', () => {
    for (const part of ['#', ':', ' ', '#\u0301', '\u0301', '##[', ' :', '\u200b']) {
      expect(forLog(`#${part.repeat(200_000)}`).length).toBeGreaterThan(200_000);
    }
  });
});

test('command data and properties use the escapes of the runner', () => {
  expect(forCommandData('100%0A, a\n::b')).toBe('100%250A, a\\n::b');
  expect(forCommandProperty('C:\\a,b%')).toBe('C%3A\\a%2Cb%25');
  expect(forCommandData('##[x]')).toBe('#\\u0023[x]');
});

describe('forMarkdown', () => {
  test('writes everything that could be markup as entities', () => {
    expect(forMarkdown('a|b')).toBe('<code>a&#124;b</code>');
    expect(forMarkdown('@org/team')).toBe('<code>&#64;<wbr>org&#47;team</code>');
    expect(forMarkdown('Zoë, 界 (x-1)')).toBe('<code>Zoë, 界 (x-1)</code>');
  });

  test('renders as exactly one code element that holds the visible text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const html = render(`Before ${forMarkdown(text)} after`);
        expect(html.replace(/<wbr>/g, '')).toMatch(/^<p>Before <code>[^<]*<\/code> after<\/p>$/);
        expect(textOf(html)).toBe(`Before ${visible(text)} after`);
      }),
      { numRuns: 500 },
    );
  });

  test('no piece of text between tags is an address, which GitHub would link after decoding', () => {
    fc.assert(
      fc.property(nasty, nasty, (before, after) => {
        const pieces = render(forMarkdown(`${before}sam@example.com${after}`)).split(/<[^>]*>/);
        expect(pieces.filter((piece) => /\w@\w/.test(textOf(piece)))).toEqual([]);
      }),
    );
  });

  test('a fence in a block is met with a longer one', () => {
    expect(forMarkdownBlock(['```', 'a ````` b'], 'text')).toBe('``````text\n```\na ````` b\n``````');
  });

  test('a block takes any number of fences', () => {
    expect(forMarkdownBlock(['a`'.repeat(300_000)], 'text')).toMatch(/^```text\n/);
  });

  test('a block holds its lines whatever fences they have', () => {
    fc.assert(
      fc.property(fc.array(nasty, { minLength: 1, maxLength: 5 }), (lines) => {
        const html = micromark(`${forMarkdownBlock(lines, 'yaml')}\n\nafter`);
        const [, inside] =
          /^<pre><code class="language-yaml">([^<]*)<\/code><\/pre>\n<p>after<\/p>$/.exec(html) ?? [];
        expect(textOf(inside ?? 'no block')).toBe(`${lines.map(visible).join('\n')}\n`);
      }),
    );
  });
});

describe('forSarif', () => {
  test.each([
    ['[a](b)', '[a\\](b)'],
    ['[a\\](b)', '[a\\\\\\](b)'],
    ['[a\\\\](b)', '[a\\\\\\\\\\](b)'],
    [']](](', ']\\](\\]('],
    ['C:\\x [1] \\] (b)', 'C:\\x [1] \\] (b)'],
  ])('lets nothing in %j be a link', (text, expected) => {
    expect(forSarif(text)).toBe(expected);
  });

  test('ends soon on long runs of backslashes and brackets', () => {
    for (const part of ['\\', '\\]', '\\](', ']', '](']) {
      expect(forSarif(part.repeat(500_000)).length).toBeGreaterThanOrEqual(500_000);
    }
  });
});

describe('forYaml', () => {
  test.each([
    ['Payroll Admins', 'Payroll Admins'],
    ['jo@example.com', 'jo@example.com'],
    ['yes', '"yes"'],
    ['Null', '"Null"'],
    ['6140868e26', '"6140868e26"'],
    ['2026-12-31', '"2026-12-31"'],
    ['', '""'],
    ['Pay*', '"Pay*"'],
    ['a: b', '"a: b"'],
    ['say "hi" \\o/', '"say \\"hi\\" \\\\o/"'],
    ['x\n- y\u202e', '"x\\n- y\\u202e"'],
    ['##[x]', '"#\\u0023[x]"'],
    ['\u{e0041}', '"\\U000e0041"'],
  ])('writes %j', (text, expected) => {
    expect(forYaml(text)).toBe(expected);
  });

  test('reads back as the same text in block and flow style, and a log leaves it as it is', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const written = forYaml(text);
        for (const version of ['1.1', '1.2'] as const) {
          expect(parse(`name: ${written}\nall: [${written}, { group: ${written} }]`, { version })).toEqual({
            name: text,
            all: [text, { group: text }],
          });
        }
        expect(forLog(`name: ${written}`)).toBe(`name: ${written}`);
      }),
    );
  });
});

test('JSON for a log keeps its value and loses its commands', () => {
  fc.assert(
    fc.property(fc.array(nasty), (values) => {
      const json = forJsonLog(JSON.stringify(values, null, 2));
      expect(JSON.parse(json)).toEqual(values);
      expect(json).not.toContain('##[');
      expect(visible(json.replaceAll('\n', ''))).toBe(json.replaceAll('\n', ''));
    }),
  );
});
