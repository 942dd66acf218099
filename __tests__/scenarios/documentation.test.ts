import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { COMMANDS } from '../../src/commands.ts';
import { cli, workspace } from './harness.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8');
const PAGES = [
  'README.md',
  'examples/README.md',
  ...readdirSync(new URL('docs', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

/** Without regard to where lines are broken. */
function flowing(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

test('what the README shows of the demo is what it prints, line by line', async () => {
  const { stdout } = await cli(['demo'], { cwd: workspace() });
  const [, shown] = /<!-- demo-output -->\n```text\n([\s\S]*?)```\n<!-- \/demo-output -->/.exec(
    read('README.md'),
  )!;
  let rest = flowing(stdout);
  for (const line of shown!.split('\n').map(flowing)) {
    const at = rest.indexOf(line);
    expect([line, at >= 0]).toEqual([line, true]);
    // What follows the last line of a paragraph may be left out; what stands within a line may not.
    rest = rest.slice(at + line.length);
  }
});

/** Options that the pages write after a command, in blocks and in the text. */
function optionsShown(command: string): string[] {
  const line = new RegExp(`(?:dist/index\\.js|leapsome-access-policy|\`) ?${command}(?: [^\`\\n#|]*)?`, 'g');
  const found = PAGES.flatMap((page) => read(page).match(line) ?? []);
  return [...new Set(found.flatMap((text) => text.match(/(?<= )--[a-z][a-z0-9-]+/g) ?? []))];
}

describe('help', () => {
  test.each(Object.entries(COMMANDS))(
    'of %s names what the pages write, and all exit codes',
    async (command) => {
      const { code, stdout, stderr } = await cli([command, '--help'], { cwd: workspace() });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(new RegExp(`^leapsome-access-policy ${command}: .`));
      expect(stdout).toMatch(/^Exit codes: 0 .*2 /m);
      for (const option of optionsShown(command).filter((name) => name !== '--help'))
        expect(stdout).toContain(`  ${option} `);
    },
  );

  test('of review says what --force does to decisions', async () => {
    const { stdout } = await cli(['review', '--help'], { cwd: workspace() });
    expect(stdout).toMatch(/--force .*round.*decisions/);
    expect(stdout).not.toContain('replace a file');
  });

  test('of demo does not promise the exit codes of a check', async () => {
    const { stdout } = await cli(['demo', '--help'], { cwd: workspace() });
    expect(stdout).not.toContain('1 drift');
  });
});
