import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../../scripts/chromium.ts';
import type { Material } from '../../src/model/material.ts';
import { pageOf } from './material.ts';

const EXECUTABLE = findChromium();
const IS_REQUIRED = process.env.BROWSER_REQUIRED === '1';

/** A report as it is open in a browser, with everything that the browser had to say about it. */
export interface Opened {
  readonly page: Page;
  /** Addresses that the page asked for, itself included. */
  readonly requests: readonly string[];
  /** The console, uncaught errors and dialogs. */
  readonly complaints: readonly string[];
  readonly url: string;
}

export interface OpenOptions extends BrowserContextOptions {
  /** What stands behind `#`. */
  readonly hash?: string;
}

let browser: Browser | undefined;
let scratch: string | undefined;

/**
 * Tests that need a real browser. Where there is none they are skipped, unless the environment says that one is required
 * (`BROWSER_REQUIRED=1`): then they fail.
 */
export function inBrowser(name: string, tests: () => void): void {
  if (EXECUTABLE === undefined && !IS_REQUIRED) {
    console.warn(`Skipped: ${name}. No Chromium was found; CHROMIUM_PATH says where one is.`);
    describe.skip(name, tests);
    return;
  }
  describe(name, () => {
    beforeAll(async () => {
      if (EXECUTABLE === undefined) throw new Error('BROWSER_REQUIRED=1, and no Chromium was found.');
      scratch = mkdtempSync(join(tmpdir(), 'access-browser-'));
      browser = await chromium.launch({ executablePath: EXECUTABLE, args: CHROMIUM_ARGS });
    }, 60_000);
    afterAll(async () => {
      await browser?.close();
      if (scratch) rmSync(scratch, { recursive: true, force: true });
    });
    tests();
  });
}

let files = 0;

/** Opens report.html of this material, as a file. */
export async function open(material: Material, options: OpenOptions = {}): Promise<Opened> {
  const path = join(scratch!, `report-${++files}.html`);
  writeFileSync(path, await pageOf(material));
  return openFile(path, options);
}

/** Opens a file that is there already. */
export async function openFile(path: string, { hash, ...context }: OpenOptions = {}): Promise<Opened> {
  const page = await browser!.newPage({
    viewport: { width: 1280, height: 900 },
    // Scrolling smoothly would only take time.
    reducedMotion: 'reduce',
    ...context,
  });
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith('data:')) requests.push(request.url());
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  const url = pathToFileURL(path).href;
  await page.goto(`${url}${hash === undefined ? '' : `#${hash}`}`);
  return { page, requests, complaints, url };
}
