import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { AxeResults } from 'axe-core';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { DEMO_AS_OF } from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import type { AccessPerson, Entitlement, Expectation } from '../../src/model/access.ts';
import type { Material } from '../../src/model/material.ts';
import type { ReportedFinding } from '../../src/model/report.ts';
import {
  anyReport,
  at,
  drift,
  exception,
  finding,
  nasty,
  problem,
  report,
  rule,
  source,
} from '../reporters/sample.ts';
import { cli, leapsome, workspace } from '../scenarios/harness.ts';
import { inBrowser, type Opened, open, openFile } from './browser.ts';
import { accessFor, accessOf, group, manyFindings, material, pageOf, person } from './material.ts';

/** Everything that the page is ever made of. Nothing here loads, runs or sends anything but the one script. */
const ELEMENTS = new Set(
  `a b bdi body br button caption circle code datalist dd details div dl dt footer h1 h2 h3 head header html input
  kbd label li link main meta nav ol option output p path pre rect script section select span style summary svg
  table tbody td th thead time title tr ul`.split(/\s+/),
);
const ATTRIBUTES = new Set(
  `aria-hidden aria-label aria-labelledby aria-live autocomplete charset class colspan content d cx cy r
  data-also data-at data-cell data-findings data-group data-person data-rule data-severity data-status data-type datetime
  disabled height hidden href http-equiv id lang list name placeholder preserveaspectratio preserveAspectRatio rel role
  scope spellcheck tabindex title type value viewBox width x`.split(/\s+/),
);

const opened: Opened[] = [];
afterEach(async () => {
  for (const { page } of opened.splice(0)) await page.close();
});

async function show(...args: Parameters<typeof open>): Promise<Opened> {
  const one = await open(...args);
  opened.push(one);
  return one;
}

function twentyOne(): Material {
  const findings = manyFindings(20);
  const excused = finding({
    status: 'excepted',
    message: 'eve@example.com is in Group 0, for now',
    user: { id: 'id of eve', email: 'eve@example.com' },
    group: { id: 'group 0', name: 'Group 0' },
    exception: { owner: '@acme/finance', reason: 'Cover', expires: '2026-12-31' },
  });
  const all = [...findings, excused];
  return material(drift(all), accessFor(all));
}

const visibleFindings = (page: Page) => page.locator('#finding-list > li:visible');
const countText = (page: Page) => page.locator('#filter-count').textContent();

/** Without the marks that keep the directions of names apart. */
const bare = (text: string | null) => (text ?? '').replace(/[\u2068\u2069]/g, '');

async function expectFindings(page: Page, number: number): Promise<void> {
  expect(await visibleFindings(page).count()).toBe(number);
}

/** For what happens a moment after what caused it. */
async function findingsBecome(page: Page, number: number): Promise<void> {
  await page.waitForFunction(
    (wanted) => document.querySelectorAll('#finding-list > li:not([hidden])').length === wanted,
    number,
  );
}

inBrowser('report.html in a browser', () => {
  test('asks for nothing but itself, and nothing in it is refused', async () => {
    const { page, requests, complaints, url } = await show(twentyOne());
    await page.emulateMedia({ media: 'print' });
    await page.emulateMedia({ media: 'screen', colorScheme: 'dark' });
    await page.locator('#filter-q').fill('case');
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  test('refuses whatever else would run, load or be sent', async () => {
    const { page, complaints } = await show(twentyOne());
    const reached: string[] = [];
    page.on('requestfinished', (request) => reached.push(request.url()));
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText !== 'csp') reached.push(request.url());
    });
    const ran = await page.evaluate(async () => {
      const violated: string[] = [];
      document.addEventListener('securitypolicyviolation', (event) =>
        violated.push(event.effectiveDirective),
      );
      const script = document.createElement('script');
      try {
        script.textContent = 'window.pwned = 1';
      } catch {
        violated.push('trusted-types');
      }
      document.body.append(script);
      const image = document.createElement('img');
      image.src = 'https://127.0.0.1:9/pixel.png';
      document.body.append(image);
      document.body.setAttribute('style', 'color: red');
      await fetch('https://127.0.0.1:9/').catch(() => violated.push('fetch'));
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { pwned: 'pwned' in window, violated };
    });
    expect(ran.pwned).toBe(false);
    expect(new Set(ran.violated)).toEqual(
      new Set([
        'trusted-types',
        'require-trusted-types-for',
        'img-src',
        'style-src-attr',
        'connect-src',
        'fetch',
      ]),
    );
    expect(reached).toEqual([]);
    expect(complaints.length).toBeGreaterThan(0);
  });

  test('filters by each control, and by all of them together', async () => {
    const { page } = await show(twentyOne());
    expect(await countText(page)).toBe('21 findings');
    await page.selectOption('#filter-severity', 'warning');
    await expectFindings(page, 7);
    expect(await countText(page)).toBe('7 of 21 findings');
    await page.selectOption('#filter-severity', '');
    await page.selectOption('#filter-rule', 'leaver-active');
    await expectFindings(page, 5);
    await page.selectOption('#filter-rule', '');
    await page.fill('#filter-person', 'PERSON-3@');
    await expectFindings(page, 2);
    await page.fill('#filter-person', '');
    await page.selectOption('#filter-group', 'Group 0');
    await expectFindings(page, 4);
    await page.selectOption('#filter-status', 'excepted');
    await expectFindings(page, 1);
    await page.selectOption('#filter-status', 'open');
    await expectFindings(page, 3);
    await page.selectOption('#filter-severity', 'error');
    await page.fill('#filter-q', 'number case 0');
    await expectFindings(page, 1);
    await page.fill('#filter-q', 'nobody says this');
    await expectFindings(page, 0);
    expect(await page.locator('#no-match').isVisible()).toBe(true);
    await page.click('#no-match button');
    await expectFindings(page, 21);
    expect(await page.locator('#no-match').isVisible()).toBe(false);
  });

  test('finds what is folded away, too', async () => {
    const findings = [finding({ remedies: { policy: 'yaml-of-this-one', leapsome: '' } }), finding()];
    const { page } = await show(material(drift(findings)));
    await page.fill('#filter-q', 'YAML-of-this');
    await expectFindings(page, 1);
  });

  test('keeps the filters in the address, so that they can be handed on', async () => {
    const one = await show(twentyOne());
    await one.page.selectOption('#filter-rule', 'missing-member');
    await one.page.fill('#filter-q', 'Group 1 & more');
    const kept = new URLSearchParams(await one.page.evaluate(() => location.hash.slice(1)));
    expect([...kept]).toEqual([
      ['q', 'Group 1 & more'],
      ['rule', 'missing-member'],
    ]);
    const two = await show(twentyOne(), { hash: 'rule=missing-member&severity=error' });
    await expectFindings(two.page, 1);
    expect(await two.page.inputValue('#filter-rule')).toBe('missing-member');
    await two.page.evaluate(() => {
      location.hash = '#status=open';
    });
    await findingsBecome(two.page, 20);
    expect(await two.page.inputValue('#filter-rule')).toBe('');
  });

  test('does not drop a filter of the address that no finding has any more', async () => {
    const { page, complaints } = await show(twentyOne(), { hash: 'rule=gone-rule' });
    await expectFindings(page, 0);
    expect(await page.inputValue('#filter-rule')).toBe('gone-rule');
    expect(complaints).toEqual([]);
  });

  test('a part of the page in the address is no filter', async () => {
    const { page } = await show(twentyOne());
    await page.selectOption('#filter-severity', 'error');
    await page.click('nav a[href="#rules"]');
    await expectFindings(page, 8);
  });

  test('the figures above lead to the findings that they count', async () => {
    const { page } = await show(twentyOne());
    await page.click('a.tile.error');
    await findingsBecome(page, 7);
    expect(await page.inputValue('#filter-severity')).toBe('error');
    expect(await page.inputValue('#filter-status')).toBe('open');
  });

  test('works with the keyboard alone', async () => {
    const { page } = await show(twentyOne());
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the report');
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-q');
    await page.keyboard.type('person-4/');
    expect(await page.inputValue('#filter-q')).toBe('person-4/');
    await page.keyboard.press('Backspace');
    await expectFindings(page, 2);
    await page.keyboard.press('Escape');
    await expectFindings(page, 21);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('filter-q');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await expectFindings(page, 8);
  });

  test('the matrix is walked through with the arrow keys, and leads to its findings', async () => {
    const { page, complaints } = await show(twentyOne());
    await page.locator('#matrix-table td[tabindex="0"]').focus();
    for (const key of [
      'ArrowRight',
      'ArrowRight',
      'ArrowDown',
      'ArrowUp',
      'End',
      'Home',
      'ArrowRight',
      'ArrowRight',
    ])
      await page.keyboard.press(key);
    expect(bare(await page.locator('#cell-detail').textContent())).toBe(
      'person-0@example.com × Group 0: unexpected · .github/leapsome-access-policy.yml:31 · 1 finding: press Enter or click to list them',
    );
    expect(await page.locator('#matrix-table td[tabindex="0"]').count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => location.hash.includes('person='));
    await findingsBecome(page, 1);
    expect(await page.inputValue('#filter-person')).toBe('person-0@example.com');
    expect(await page.inputValue('#filter-group')).toBe('Group 0');
    expect(complaints).toEqual([]);
  });

  describe('of people and groups that are called alike', () => {
    /** Two groups of one name, and two people of whom one's name is a part of the other's. */
    function namesakes(): Material {
      const groups = [
        group('Payroll', { id: 'team' }),
        group('Payroll', { id: 'department', kind: 'department' }),
      ];
      const account = group('Leapsome account', { type: 'account', id: '' });
      const findings: ReportedFinding[] = [];
      const about = (one: AccessPerson, target?: Entitlement) => {
        const { user: _, group: __, ...rest } = finding();
        const told = {
          ...rest,
          fingerprint: String(findings.length).padStart(64, '0'),
          message: `${one.id} × ${target?.id ?? 'account'}`,
          user: { id: one.id, email: one.name },
          ...(target ? { group: { id: target.id, name: target.name } } : {}),
        };
        findings.push(told);
        return [told];
      };
      const people = [
        person('vsam@example.com', { id: 'vsam' }),
        person('sam@example.com', { id: 'sam' }),
        person('sam@example.com', { id: 'sam too' }),
      ];
      const holdings = people.flatMap((one) => [
        [one, account, 'forbidden', about(one)] as const,
        ...groups.map((each) => [one, each, 'unexpected', about(one, each)] as const),
      ]);
      return material(drift(findings), accessOf([account, ...groups], holdings));
    }

    const messages = (page: Page) => visibleFindings(page).locator('h3').allTextContents();

    test('each cell lists its own findings, and says of what', async () => {
      const { page, complaints } = await show(namesakes());
      const cells = page.locator('#matrix-table td[data-findings]');
      const listed: string[] = [];
      for (let index = 0; index < (await cells.count()); index++) {
        await cells.nth(index).click();
        await findingsBecome(page, 1);
        listed.push(...(await messages(page)));
      }
      const every = ['vsam', 'sam', 'sam too'].flatMap((id) =>
        ['account', 'team', 'department'].map((what) => `${id} × ${what}`),
      );
      expect(listed.sort()).toEqual(every.sort());
      await cells.nth(0).click();
      await findingsBecome(page, 1);
      expect(bare(await countText(page))).toBe('1 of 9 findings: vsam@example.com × Leapsome account');
      expect(complaints).toEqual([]);
    });

    test('a cell can be handed on, together with other filters', async () => {
      const one = await show(namesakes());
      await one.page.locator('#matrix-table td[data-findings]').nth(2).click();
      await findingsBecome(one.page, 1);
      const told = await messages(one.page);
      await one.page.selectOption('#filter-severity', 'error');
      const hash = await one.page.evaluate(() => location.hash.slice(1));
      expect(hash).toContain('severity=error');
      const two = await show(namesakes(), { hash });
      await expectFindings(two.page, 1);
      expect(await messages(two.page)).toEqual(told);
    });

    test('another person or group in the filters leaves the cell behind', async () => {
      const { page } = await show(namesakes());
      const cell = page.locator('#matrix-table td[data-findings]').nth(1);
      await cell.click();
      await findingsBecome(page, 1);
      await page.fill('#filter-person', '');
      await expectFindings(page, 6);
      expect(await page.evaluate(() => location.hash)).toBe('#group=Payroll');
      await cell.click();
      await findingsBecome(page, 1);
      await page.locator('#filters .clear').click();
      await expectFindings(page, 9);
    });

    test('a place of another report is not taken for the same cell', async () => {
      const { page } = await show(namesakes(), { hash: 'person=sam%40example.com&cell=0.1' });
      await expectFindings(page, 6);
    });

    test('a whole name is a person, a part of one is all in whose name it is', async () => {
      const { page } = await show(namesakes());
      await page.fill('#filter-person', 'SAM@example.com');
      await expectFindings(page, 6);
      await page.fill('#filter-person', 'am@example');
      await expectFindings(page, 9);
    });
  });

  test('a cell promises no findings that the page leaves out', async () => {
    const last = finding({
      fingerprint: 'f'.repeat(64),
      user: { id: 'id of last', email: 'last@example.com' },
      group: { id: 'group 0', name: 'Group 0' },
    });
    const findings = [...manyFindings(5001), last];
    const { page } = await show(material(drift(findings), accessFor(findings)));
    const told = await page.evaluate(() =>
      [...document.querySelectorAll('#matrix-table td[data-findings]')].map((cell) => {
        cell.dispatchEvent(new MouseEvent('mouseover', { bubbles: true }));
        return document.getElementById('cell-detail')?.textContent ?? '';
      }),
    );
    const endings = told.map((text) => text.replace(/^.* · (\d+ findings?)/, '$1'));
    const all = endings.filter((text) => /^\d+ findings: press Enter or click to list them$/.test(text));
    expect(all).toHaveLength(69);
    expect(endings.filter((text) => !all.includes(text)).sort()).toEqual([
      '1 finding, see report.json',
      '72 findings: press Enter or click to list 71 of them, the rest is in report.json',
    ]);
  });

  test('stays usable with 5,000 findings, and says what more there is', async () => {
    const findings = manyFindings(5003);
    const { page, complaints } = await show(material(drift(findings), accessFor(findings)));
    expect(await countText(page)).toBe('5,000 findings');
    await page.fill('#filter-q', 'number 4999');
    await expectFindings(page, 1);
    await page.fill('#filter-q', '');
    await page.selectOption('#filter-rule', 'leaver-active');
    expect(await countText(page)).toBe('1,250 of 5,000 findings');
    expect(await page.locator('#findings .rest').textContent()).toContain('3 more findings, see report.json');
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)(
    'has nothing that axe objects to, in %s',
    async (colorScheme) => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
      const rich = {
        ...twentyOne().report,
        rules: [
          rule({ status: 'fail', findings: 3 }),
          rule({ id: 'a', status: 'not-evaluated', reason: 'why' }),
          rule({ id: 'b', severity: 'off' as const }),
          rule({ id: 'c' }),
        ],
        exceptions: [exception(), exception({ state: 'expired' }), exception({ state: 'expiring' })],
        problems: [problem({ location: at(3) }), problem({ message: 'a\n  ^ b' })],
        warnings: ['odd'],
        sources: [source(), source({ name: 'content', complete: false, reported: null })],
      };
      const states = [twentyOne(), material(report()), { ...twentyOne(), report: rich }];
      states.push(material(report({ result: 'could-not-check', problems: [problem()], population: null })));
      for (const state of states) {
        const { page } = await show(state, { colorScheme });
        // What is not on the screen is not painted, so its contrast could not be told.
        await page.evaluate(() => {
          for (const each of document.querySelectorAll('details')) each.open = true;
        });
        await page.evaluate(axe);
        const { violations } = await page.evaluate<AxeResults>(
          `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })`,
        );
        const told = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html)}`);
        expect(told).toEqual([]);
      }
    },
    60_000,
  );

  test('looks different in the dark', async () => {
    const { page } = await show(twentyOne(), { colorScheme: 'light' });
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = [await ground(), (await page.screenshot()).toString('base64')];
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await ground()).not.toBe(light[0]);
    expect((await page.screenshot()).toString('base64')).not.toBe(light[1]);
  });

  test('names of right-to-left scripts turn nothing around but themselves', async () => {
    const user = { id: 'dana', email: 'דנה@חברה.example' };
    const [payroll, finance] = [
      { id: 'p', name: 'שכר' },
      { id: 'f', name: 'כספים' },
    ];
    const told = drift(
      [finding({ user, group: payroll, message: `${user.email} is in שכר, which allows nobody` })],
      {
        exceptions: [
          exception({ subject: `${user.email} in שכר` }),
          exception({ subject: 'the role מנהל (1)' }),
          exception({ subject: 'שכר' }),
        ],
        since: {
          startedAt: '2026-09-30T00:00:00.000Z',
          newFindings: 1,
          goneFindings: [
            {
              fingerprint: 'c'.repeat(64),
              rule: 'unexpected-member',
              status: 'open',
              firstSeen: '2026-09-01',
              message: `${user.email} is in כספים, which allows nobody`,
            },
          ],
          people: {
            joined: [],
            left: [],
            moved: [{ user, into: [payroll, finance], outOf: [{ id: 'g', name: 'HR' }] }],
          },
        },
      },
    );
    const column = group('שכר');
    const access = accessOf([column], [[person(user.email), column, 'expected']]);
    const { page } = await show(material(told, access));
    /** Whether these pieces stand one after the other, from left to right. */
    const inOrder = (selector: string, pieces: readonly string[]) =>
      page.evaluate(
        ([selector, pieces]) => {
          const within = [...document.querySelectorAll(selector)].find((each) =>
            pieces.every((piece) => each.textContent?.includes(piece)),
          )!;
          const walker = document.createTreeWalker(within, NodeFilter.SHOW_TEXT);
          const boxes = pieces.map((piece) => {
            for (let node = walker.currentNode; node; node = walker.nextNode()!) {
              const at = node.nodeType === Node.TEXT_NODE ? node.textContent!.indexOf(piece) : -1;
              if (at < 0) continue;
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + piece.length);
              return range.getBoundingClientRect();
            }
            throw new Error(`There is no ${piece}.`);
          });
          return boxes.every(({ left, top }, index) => {
            const before = boxes[index - 1];
            return !before || top > before.top + 5 || before.right <= left + 1;
          });
        },
        [selector, pieces] as const,
      );
    expect(await inOrder('#since tbody th', [user.email, 'is in', 'כספים', 'which', 'there since'])).toBe(
      true,
    );
    expect(await inOrder('#since tbody th', [user.email, ': into ', 'שכר', 'כספים', '; out of ', 'HR'])).toBe(
      true,
    );
    expect(await inOrder('#exceptions tbody th', [user.email, ' in ', 'שכר'])).toBe(true);
    expect(await inOrder('#exceptions tbody th', ['the role ', 'מנהל'])).toBe(true);
    await page.locator('#matrix-table tbody td').first().hover();
    expect(await inOrder('#cell-detail', [user.email, '×', 'שכר', 'expected'])).toBe(true);
    expect(await page.locator('#filter-group option').last().textContent()).toBe('\u2068שכר\u2069 (1)');
  });

  test('does not scroll sideways on a telephone', async () => {
    const long = finding({ message: `${'x'.repeat(500)} is in a group`, user: { id: 'y'.repeat(300) } });
    const findings = [long, ...manyFindings(30)];
    const { page } = await show(material(drift(findings), accessFor(findings)), {
      viewport: { width: 360, height: 740 },
    });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  test('no column of a table is cut off on a desk', async () => {
    const kinds = 'expected unexpected forbidden missing not-limited not-governed inactive unknown'.split(
      ' ',
    );
    const groups = kinds.map((kind) => group(`Reviewers of ${kind}`, { owner: '@acme/finance' }));
    const access = accessOf(
      groups,
      kinds.map((kind, index) => [person(kind), groups[index]!, kind as Expectation]),
    );
    const report = drift([finding()], { exceptions: [exception()], sources: [source({ name: 'scim' })] });
    const { page } = await show(material(report, access), { viewport: { width: 1400, height: 900 } });
    const beyond = await page.evaluate(() =>
      [...document.querySelectorAll('.scroll')].map((each) => each.scrollWidth - each.clientWidth),
    );
    expect(beyond.length).toBeGreaterThan(3);
    expect(new Set(beyond)).toEqual(new Set([0]));
  });

  test('on paper, everything is unfolded and nothing is there to click', async () => {
    const { page } = await show(twentyOne());
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('nav').isVisible()).toBe(false);
    await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.locator('#finding-list pre').first().isVisible()).toBe(true);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    expect(await page.locator('details[open]').count()).toBe(0);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test('on paper, a filter leaves nothing out', async () => {
    const { page } = await show(twentyOne(), { hash: 'q=nobody+is+called+that' });
    await expectFindings(page, 0);
    await page.emulateMedia({ media: 'print' });
    await expectFindings(page, 21);
    expect(await page.locator('#finding-list h3').last().isVisible()).toBe(true);
    await page.emulateMedia({ media: 'screen' });
    await expectFindings(page, 0);
  });

  test('can be read without a script', async () => {
    const { page, complaints } = await show(twentyOne(), { javaScriptEnabled: false });
    expect(await page.locator('h1').textContent()).toBe('Drift: 7 errors, 7 warnings, 6 notices');
    await expectFindings(page, 21);
    expect(await page.locator('#filters').isVisible()).toBe(false);
    expect(await page.locator('#cell-detail').isVisible()).toBe(false);
    expect(await page.locator('#matrix-table td.unexpected').count()).toBeGreaterThan(0);
    expect(complaints).toEqual([]);
  });

  test('shows hostile names as the text that they are', async () => {
    const names = [
      '<img src=x onerror="window.pwned=1">',
      '</script><script>window.pwned=1</script>',
      '"><svg onload=window.pwned=1>',
      "' autofocus onfocus='window.pwned=1",
      '<!-- <style>*{display:none}</style>',
      'javascript:window.pwned=1',
      '$' + '{alert(1)}{{7*7}}`',
      '&lt;b&gt;&amp;',
      'a\0b\nc\u202Ed\u2028e',
      'z'.repeat(10_000),
      '👩‍👩‍👧 קבוצה مجموعة',
    ];
    const findings = names.map((text, index) =>
      finding({
        fingerprint: String(index).padStart(64, '0'),
        message: text,
        rule: text,
        user: { id: text, email: text },
        group: { id: text, name: text },
        remedies: { leapsome: text, policy: text },
        controls: [text],
        location: { ...at(1), file: text },
      }),
    );
    const everywhere = drift(findings, {
      run: { repository: names[0]!, sha: names[1]!, ref: names[2]!, runUrl: names[5]!, actor: names[3]! },
      rules: names.map((id) => rule({ id, status: 'fail', findings: 1, reason: id })),
      exceptions: names.map((text) => exception({ subject: text, reason: text, owner: text, ticket: text })),
      problems: names.map((text) => problem({ message: text, hint: text })),
      warnings: names,
      sources: [source({ endpoint: names[5]!, warnings: names })],
    });
    const groups = names.map((text) => group(text, { owner: text }));
    const access = accessOf(
      groups,
      names.flatMap((text, row) =>
        groups.map((each, column) => {
          const concerned = row === column ? [findings[row]!] : [];
          return [person(text), each, 'unexpected' as const, concerned] as const;
        }),
      ),
    );
    const { page, complaints, requests, url } = await show(material(everywhere, access));
    await page.emulateMedia({ media: 'print' });
    await page.emulateMedia({ media: 'screen' });
    const state = await page.evaluate(() => ({
      pwned: 'pwned' in window,
      scripts: document.scripts.length,
      styles: document.querySelectorAll('style').length,
      images: document.images.length,
      handlers: [...document.querySelectorAll('*')].flatMap((each) =>
        each
          .getAttributeNames()
          .filter((name) => name.startsWith('on') || name === 'style' || name === 'autofocus'),
      ),
      links: [...document.links].map((link) => link.protocol),
      messages: [...document.querySelectorAll('#finding-list h3')].map((each) => each.textContent),
    }));
    expect(state).toMatchObject({ pwned: false, scripts: 1, styles: 1, images: 0, handlers: [] });
    expect(new Set(state.links)).toEqual(new Set(['file:']));
    expect(state.messages.slice(0, 8)).toEqual(names.slice(0, 8));
    expect(state.messages[8]).toBe('a\\u0000b\\nc\\u202ed\\u2028e');
    expect(state.messages[9]).toMatch(/^z{1999}…$/);
    expect(state.messages[10]).toBe(names[10]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(1280);
    // Each can be chosen as a filter, from the list and from the matrix.
    for (const [index, name] of names.slice(0, 8).entries()) {
      await page.selectOption('#filter-group', name);
      await expectFindings(page, 1);
      await page.selectOption('#filter-group', '');
      await page.locator('#matrix-table td[data-findings]').nth(index).click();
      await findingsBecome(page, 1);
      await page.locator('#filters .clear').click();
    }
    expect(requests).toEqual([url]);
    expect(complaints).toEqual([]);
  });

  test('is made of the same few elements, whatever a report holds', async () => {
    const { page } = await show(twentyOne());
    const texts: string[] = [];
    await fc.assert(
      fc.asyncProperty(anyReport, nasty, async (any, name) => {
        const access = accessOf(
          [group(name), group(`${name}"`)],
          [[person(name), group(name, { owner: name }), 'unexpected', any.findings]],
        );
        texts.push(
          await pageOf(
            material(any, {
              ...access,
              entitlements: [...access.holdings()].map((each) => each.entitlement),
            }),
          ),
        );
      }),
      { numRuns: 150 },
    );
    await page.goto('about:blank');
    const seen = await page.evaluate((all) => {
      const found = { elements: new Set<string>(), attributes: new Set<string>(), links: new Set<string>() };
      let scripts = 0;
      for (const text of all) {
        const parsed = new DOMParser().parseFromString(text, 'text/html');
        scripts = Math.max(scripts, parsed.scripts.length);
        for (const element of parsed.querySelectorAll('*')) {
          found.elements.add(element.localName);
          for (const attribute of element.getAttributeNames()) found.attributes.add(attribute);
          if (element.localName === 'a') found.links.add(element.getAttribute('href')!.slice(0, 1));
        }
      }
      return {
        scripts,
        elements: [...found.elements],
        attributes: [...found.attributes],
        links: [...found.links],
      };
    }, texts);
    expect(seen.scripts).toBe(1);
    expect(seen.links).toEqual(['#']);
    expect(seen.elements.filter((each) => !ELEMENTS.has(each))).toEqual([]);
    expect(seen.attributes.filter((each) => !ATTRIBUTES.has(each))).toEqual([]);
  }, 60_000);

  test.each(['show', 'mask'] as const)('of the demo company, personal data: %s', async (personalData) => {
    const standIn = await leapsome();
    const cwd = workspace({ 'policy.yml': readFileSync(new URL('../../demo/policy.yml', import.meta.url)) });
    const { code, report: told } = await cli(
      [
        ...['check', '--policy', 'policy.yml', '--as-of', DEMO_AS_OF, '--report-dir', 'out'],
        ...['--formats', 'json,html', '--personal-data', personalData],
      ],
      { cwd, env: environmentOf(standIn) },
    );
    expect(code).toBe(1);
    const one = await openFile(join(cwd, 'out', 'report.html'));
    opened.push(one);
    const { page, complaints } = one;
    await expectFindings(page, told!.findings.length);
    expect(await page.locator('#matrix-table tbody tr:not(.band)').count()).toBe(told!.population!.users);
    const addresses = new Set((await page.content()).match(/[\w.'-]+@brightwater\.example/g));
    if (personalData === 'mask') {
      const named = readFileSync(join(cwd, 'policy.yml'), 'utf8');
      expect([...addresses].filter((address) => !named.includes(address))).toEqual([]);
    } else {
      expect(addresses.size).toBeGreaterThan(50);
    }
    const cells = page.locator('#matrix-table td[data-findings]');
    for (let index = 0; index < (await cells.count()); index++) {
      const cell = cells.nth(index);
      const wanted = Number(await cell.getAttribute('data-findings'));
      await cell.click();
      await page.waitForFunction(() => location.hash.includes('person='));
      await findingsBecome(page, wanted);
      await page.locator('#filters .clear').click();
    }
    expect(complaints).toEqual([]);
  });
});
