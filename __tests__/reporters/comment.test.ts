import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMMENT_BYTES } from '../../src/model/limits.ts';
import { comment } from '../../src/reporters/comment.ts';
import {
  couldNotCheckNote,
  driftAgainNote,
  inSyncNote,
  issueBody,
  issueTitle,
} from '../../src/reporters/issue.ts';
import { render, tagsOf, textOf } from './markdown.ts';
import { anyReport, drift, finding, nasty, problem, report } from './sample.ts';

const RUN = {
  repository: 'acme/access',
  sha: '0123456789abcdef0123456789abcdef01234567',
  runUrl: 'https://github.com/acme/access/actions/runs/1',
};

function read(markdown: string): string {
  return textOf(render(markdown));
}

describe('the words of the comment', () => {
  test('are about the findings, what would resolve them, and where the rest is', () => {
    const text = comment(drift([finding()], { run: RUN }));
    expect(read(text)).toContain('Leapsome access, compared with .github/leapsome-access-policy.yml');
    expect(text).toContain('## ❌ Drift: 1 error\n');
    expect(text).toContain('[This run](https://github.com/acme/access/actions/runs/1) · As of ');
    expect(read(text)).toContain('How to resolve\n');
    expect(text).not.toContain('What was read');
  });

  test.each([
    'javascript:alert(1)',
    'https://github.com/acme/access/actions/runs/1)[x](y',
    'https://evil.example/?https://github.com/acme/access/actions/runs/1',
  ])('do not link the odd place %s', (runUrl) => {
    expect(comment(drift([finding()], { run: { ...RUN, runUrl } }))).not.toContain('[This run]');
  });

  test('call no rule passed where there is no verdict', () => {
    expect(read(comment(report()))).toContain('Rules: ');
    const undecided = report({ result: 'could-not-check', problems: [problem({ code: 'not-evaluated' })] });
    expect(read(comment(undecided))).not.toContain('passed');
  });

  test('tell what was wrong before', () => {
    const before = { said: 'Drift: 3 errors', since: '2026-09-20', resolved: '2026-10-01' };
    expect(read(comment(report(), before))).toContain(
      'Resolved on 2026-10-01. Before, this comment said: Drift: 3 errors (since 2026-09-20).',
    );
  });
});

describe('the words of the issue', () => {
  const findings = [finding(), finding({ severity: 'warning', fingerprint: 'cd'.repeat(32) })];
  const ages = {
    since: '2026-09-10',
    firstSeen: ({ severity }: { severity: string }) => (severity === 'error' ? '2026-09-10' : '2026-10-01'),
  };

  test('say in the title what there is', () => {
    expect(issueTitle(drift(findings))).toBe('Leapsome access drift: 1 error, 1 warning');
  });

  test('say since when', () => {
    const text = read(issueBody(drift(findings), ages, COMMENT_BYTES));
    expect(text).toContain('Open since 2026-09-10 (21 days).');
    expect(text.match(/2026-09-10 \(21 days\)/g)).toHaveLength(2);
    expect(text.match(/2026-10-01 \(new\)/g)).toHaveLength(1);
    expect(text).toContain('Open since\n');
  });

  test('say why it is closed, opened again, or left as it is', () => {
    expect(read(inSyncNote(report()))).toContain(
      '✅ In sync since 2026-10-01. Leapsome and the policy agree.',
    );
    expect(read(driftAgainNote(drift(findings)))).toContain('Drift again on 2026-10-01: 1 error, 1 warning.');
    const failed = report({ result: 'could-not-check', problems: [problem()] });
    const note = read(couldNotCheckNote(failed));
    expect(note).toContain('⚠️ Could not check: auth-rejected, on 2026-10-01.');
    expect(note).toContain('The issue stays as it is.');
    expect(note).toContain('auth-rejected: Leapsome refused the token.');
  });
});

describe('whatever stands in the report', () => {
  const OURS = /^(?:h2|h3|p|table|thead|tbody|tr|th|td|code|details|summary|pre|br|strong|a)$/;

  const texts = fc
    .tuple(anyReport, nasty, fc.integer({ min: 3000, max: 20_000 }))
    .map(([any, odd, limit]) => ({
      limit,
      texts: [
        comment({ ...any, run: RUN }, { said: odd, since: odd, resolved: odd }, limit),
        issueBody({ ...any, run: RUN }, { since: odd, firstSeen: () => odd }, limit),
        couldNotCheckNote({ ...any, run: RUN }, limit),
        inSyncNote({ ...any, run: RUN }),
        driftAgainNote({ ...any, run: RUN }),
      ],
    }));

  test('only our markup comes of it, no link but ours, nobody is named outside of code, and it fits', () => {
    fc.assert(
      fc.property(texts, ({ limit, texts: all }) => {
        for (const text of all) {
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limit);
          const html = render(text);
          const tags = tagsOf(html).map((name) => name.replace('/', ''));
          expect(tags.filter((name) => !OURS.test(name))).toEqual([]);
          const links = Array.from(html.matchAll(/(?:href|src)="([^"]*)"/g), ([, to]) => to!);
          expect(links.filter((to) => !to.startsWith('https://github.com/acme/access/'))).toEqual([]);
          const outside = textOf(html.replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, ''));
          expect(outside).not.toMatch(/[@#<]|evil/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
