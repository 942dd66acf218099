// npm run screenshots: the pictures of report.html in docs/images, from a check of the demo company. Needs Chromium.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { DEMO_AS_OF } from '../demo/company.ts';
import { environmentOf } from '../demo/serve.ts';
import { startStandIn } from '../demo/stand-in.ts';
import { CHROMIUM_ARGS, findChromium } from './chromium.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const IMAGES = join(ROOT, 'docs', 'images');

/** report.html of the demo company, in this directory. */
async function makeReport(directory: string): Promise<string> {
  const standIn = await startStandIn();
  try {
    const args = ['src/index.ts', 'check', '--policy', 'demo/policy.yml', '--as-of', DEMO_AS_OF];
    const surfaces = ['--formats', 'html', '--personal-data', 'show', '--report-dir', directory];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environmentOf(standIn) };
    const code = await new Promise<unknown>((resolve) => {
      execFile(process.execPath, [...args, ...surfaces], { cwd: ROOT, env }, (error) =>
        resolve(error?.code ?? 0),
      );
    });
    if (code !== 1) throw new Error(`The check of the demo ended with ${code}, not with drift (1).`);
    return join(directory, 'report.html');
  } finally {
    await standIn.close();
  }
}

async function open(browser: Browser, path: string, width: number, height: number): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  await page.goto(pathToFileURL(path).href);
  return page;
}

const scratch = mkdtempSync(join(tmpdir(), 'access-screenshots-'));
const executablePath = findChromium();
if (executablePath === undefined) throw new Error('No Chromium was found: set CHROMIUM_PATH.');
const browser = await chromium.launch({ executablePath, args: CHROMIUM_ARGS });
try {
  mkdirSync(IMAGES, { recursive: true });
  const path = await makeReport(scratch);
  const top = await open(browser, path, 1400, 900);
  await top.screenshot({ path: join(IMAGES, 'report.png') });
  const wide = await open(browser, path, 1400, 1180);
  await wide.locator('#matrix').screenshot({ path: join(IMAGES, 'matrix.png') });
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true, force: true });
}
