import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** GitHub-flavoured markdown as HTML, raw HTML let through: what is not escaped shows as an element. */
export function render(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** Names of the tags in order of appearance, without word-break opportunities. */
export function tagsOf(html: string): string[] {
  const names = Array.from(html.matchAll(/<(\/?[a-z0-9]+|!--|[!?])/gi), ([, name]) => name!.toLowerCase());
  return names.filter((name) => name !== 'wbr');
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** What a reader of the page sees and copies. */
export function textOf(html: string): string {
  return html
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:#(\d+)|([a-z]+));/g, (_, code, name) =>
      code === undefined ? (NAMED[name] ?? name) : String.fromCodePoint(Number(code)),
    );
}

/** Names that would be markup, links, mentions or references, if markdown took them for more than text. */
export const MARKDOWN_NAMES = [
  'a|b|c',
  '`a``b```c',
  '```\n# h',
  '</table></details>',
  '<img src=x onerror=alert(1)>',
  '<script>alert(1)</script>',
  '[ok](https://evil.example)',
  '![ok](https://evil.example/x.png)',
  'https://evil.example/auto',
  'www.evil.example',
  '<!-- hidden -->',
  '<!-- hidden',
  '--> shown',
  '<!-- leapsome-access-policy -->',
  '</code>@org/team',
  '@org/team',
  '@someone',
  'someone@evil.example',
  '#123',
  'GH-123',
  'acme/repo#1',
  'deadbeefdeadbeefdeadbeefdeadbeefdeadbeef',
  '- [ ] task',
];

/** The elements that summaries are made of; whatever else there is comes from a name. */
export const SUMMARY_TAGS = [
  'h2',
  'h3',
  'p',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'code',
  'details',
  'summary',
  'br',
  'strong',
  'ul',
  'li',
];
