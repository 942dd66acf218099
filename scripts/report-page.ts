// npm run report-page: puts the script and the style of report.html, with their hashes, into a module of constants, so that
// the reporter needs no file beside it and the browser's script can be checked with the browser's types.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { minify } from 'terser';

const FOLDER = new URL('../src/reporters/html/', import.meta.url);

/** The text of `assets.ts`, as the sources make it. */
export async function assets(): Promise<string> {
  const script = await scriptOf(read('page/client.ts'));
  const style = styleOf(read('page/style.css'));
  return `// Made by \`npm run report-page\` from page/client.ts and page/style.css; what a browser allows by these hashes.
// biome-ignore-all format: one line each
// biome-ignore-all lint: checked where it is written
export const SCRIPT = ${quoted(script)};
export const SCRIPT_HASH = '${hashOf(script)}';
export const STYLE = ${quoted(style)};
export const STYLE_HASH = '${hashOf(style)}';
`;
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}

async function scriptOf(source: string): Promise<string> {
  const { code = '' } = await minify(stripTypeScriptTypes(source), { module: true, ecma: 2020 });
  return code;
}

/** Without comments and indentation; nothing of the sheet's text holds either. */
function styleOf(source: string): string {
  return source
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\n\s*/g, '\n')
    .trim();
}

/** Neither may end its element early. */
function quoted(text: string): string {
  if (/<\/?(?:script|style)|<!--/i.test(text))
    throw new Error('The page would end in the middle of its script or style.');
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** As Content-Security-Policy writes it. */
function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

if (import.meta.main) writeFileSync(new URL('assets.ts', FOLDER), await assets());
