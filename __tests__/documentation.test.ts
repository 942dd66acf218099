import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import { ACTION_COMMANDS, COMMANDS } from '../src/commands.ts';
import { FORMAT_FILES } from '../src/model/formats.ts';
import { RULES } from '../src/rules/index.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const below = (folder: string, ending: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name));

const PAGES = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...below('docs', '.md'),
  ...below('examples', '.md'),
];
const RECIPES = below('docs/recipes', '.yml');
const WORKFLOWS = [...RECIPES, 'examples/multi-tenant/workflow.yml', ...below('.github/workflows', '.yml')];
const README = read('README.md');
const ACTION = parse(read('action.yml')) as { inputs: object; outputs: object };
const SELF = 'leapsome-access-policy/leapsome-access-policy@v0';

/** The headings of a page as GitHub makes anchors of them; code blocks hold none. */
function anchorsOf(page: string): Set<string> {
  const seen = new Map<string, number>();
  for (const [, heading] of withoutBlocks(read(page)).matchAll(/^#{1,6} (.+)$/gm)) {
    const slug = heading!
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const times = seen.get(slug) ?? 0;
    seen.set(slug, times + 1);
    if (times > 0) seen.set(`${slug}-${times}`, 1);
  }
  return new Set(seen.keys());
}

function withoutBlocks(text: string): string {
  return text
    .replace(/^( *)```[\s\S]*?^\1```$/gm, '')
    .replace(/`[^`\n]*`/g, (code) => code.replaceAll(']', ' '));
}

/** Links of a page to other files and headings of this repository. */
function linksOf(page: string): { readonly file: string; readonly anchor: string | undefined }[] {
  return [...withoutBlocks(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !target.startsWith('https:'))
    .map((target) => {
      const [path = '', anchor] = target.split('#');
      return { file: path === '' ? page : join(dirname(page), path), anchor };
    });
}

/** What stands between two headings of the README, or after the first. */
function section(from: string, to: string): string {
  const start = README.indexOf(`\n${from}\n`);
  return README.slice(start, README.indexOf(`\n${to}\n`, start));
}

/** The names in the first column of the tables of a text. */
function firstColumn(text: string): string[] {
  return [...text.matchAll(/^\| ((?:`[^`]+` ?)+)\|/gm)].flatMap(([, cell]) =>
    Array.from(cell!.matchAll(/`([^`]+)`/g), ([, name]) => name!),
  );
}

interface Block {
  readonly page: string;
  readonly text: string;
}

function blocksOf(language: string): Block[] {
  return PAGES.flatMap((page) =>
    [...read(page).matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, 'gm'))].map(
      ([, , text]) => ({ page, text: text! }),
    ),
  );
}

describe('links', () => {
  test.each(PAGES)('%s leads to files and headings that are there', (page) => {
    const broken = linksOf(page).filter(({ file, anchor }) => {
      if (!existsSync(join(ROOT, file))) return true;
      return anchor !== undefined && file.endsWith('.md') && !anchorsOf(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('the README leads to every page, and itself to every recipe', () => {
    const reached = new Set(['README.md']);
    for (const page of reached)
      for (const { file } of linksOf(page)) if (file.endsWith('.md')) reached.add(file);
    expect(PAGES.filter((page) => !reached.has(page))).toEqual([]);
    const direct = linksOf('README.md').map(({ file }) => file);
    expect(RECIPES.filter((recipe) => !direct.includes(recipe))).toEqual([]);
  });
});

describe('what workflows and examples write', () => {
  test.each(WORKFLOWS)(
    '%s gives the action inputs that it has, and asks it for outputs that it has',
    (path) => {
      const text = read(path);
      const workflow = parse(text) as { jobs: Record<string, { steps?: readonly Step[] }> };
      const steps = Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps);
      const ours = steps.filter(({ uses }) => uses === SELF || uses === './');
      for (const { with: given = {} } of ours)
        for (const name of Object.keys(given)) expect(Object.keys(ACTION.inputs)).toContain(name);
      for (const { id } of ours)
        for (const [, name] of text.matchAll(new RegExp(`steps\\.${id}\\.outputs\\.([\\w-]+)`, 'g')))
          expect(Object.keys(ACTION.outputs)).toContain(name);
      for (const [, id] of text.matchAll(/steps\.([\w-]+)\.outputs/g))
        expect(steps.map((step) => step.id)).toContain(id);
    },
  );

  test('actions of others are pinned by a full commit hash, the same one everywhere', () => {
    const pins = new Map<string, Set<string>>();
    for (const text of [...WORKFLOWS.map(read), ...blocksOf('yaml').map(({ text }) => text)])
      for (const [, name, version, rest] of text.matchAll(/uses: ([^\s@]+)@(\S+)(.*)$/gm)) {
        if (SELF.startsWith(`${name}@`)) {
          expect([version, rest]).toEqual(['v0', ' # pin this to a full commit hash']);
          continue;
        }
        expect(version).toMatch(/^[0-9a-f]{40}$/);
        expect(rest).toMatch(/^ # v\d+\.\d+\.\d+$/);
        pins.set(name!, (pins.get(name!) ?? new Set()).add(`${version}${rest}`));
      }
    for (const [name, versions] of pins) expect([name, versions.size]).toEqual([name, 1]);
  });

  test.each(RECIPES)('%s says why for every permission beyond reading the repository', (path) => {
    const text = read(path);
    expect(text).toMatch(/^permissions:/m);
    const unexplained = [...text.matchAll(/^ +([a-z-]+): (read|write)(.*)$/gm)].filter(
      ([, name, access, rest]) => `${name}: ${access}` !== 'contents: read' && !/^ # \w/.test(rest!),
    );
    expect(unexplained).toEqual([]);
  });

  test('the scheduled recipe keeps the manifest beside the report, so that a changed report is noticed', () => {
    const workflow = parse(read('docs/recipes/schedule.yml')) as {
      jobs: { check: { steps: readonly Step[] } };
    };
    const kept = workflow.jobs.check.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(kept?.with).toMatchObject({ path: 'leapsome-access-report/' });
  });

  test('every YAML example is YAML, and gives the action inputs that it has', () => {
    let found = 0;
    for (const { page, text } of blocksOf('yaml')) {
      const documents = parseAllDocuments(text);
      for (const document of Array.isArray(documents) ? documents : []) {
        expect([page, text, document.errors]).toEqual([page, text, []]);
        for (const { uses = '', with: given = {} } of stepsIn(document.toJS())) {
          if (uses !== SELF) continue;
          found++;
          for (const name of Object.keys(given)) expect(Object.keys(ACTION.inputs)).toContain(name);
        }
      }
    }
    expect(found).toBeGreaterThan(5);
  });
});

/** Whatever looks like a step, at any depth. */
function stepsIn(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = 'uses' in value ? [value as Step] : [];
  return [...here, ...Object.values(value).flatMap(stepsIn)];
}

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly with?: object;
}

describe('lists that have to be whole', () => {
  test('the tables of the README have every input and every output', () => {
    expect(firstColumn(section('## Inputs', '## Outputs')).sort()).toEqual(Object.keys(ACTION.inputs).sort());
    expect(firstColumn(section('## Outputs', '## The policy')).sort()).toEqual(
      Object.keys(ACTION.outputs).sort(),
    );
  });

  test('the README shows every command, and says what the action can do', () => {
    const shown = section('### On the command line', '## Privacy');
    for (const command of Object.keys(COMMANDS)) expect(shown).toContain(`node dist/index.js ${command}`);
    const row = /^\| `command` .*$/m.exec(README)![0];
    for (const command of ACTION_COMMANDS) expect(row).toContain(`\`${command}\``);
    const { command } = ACTION.inputs as { command: { description: string } };
    for (const name of ACTION_COMMANDS) expect(command.description).toContain(`\`${name}\``);
  });

  test('the table of formats has every format with its file', () => {
    const page = read('docs/formats.md');
    for (const [format, file] of Object.entries(FORMAT_FILES)) {
      const row = page.split('\n').find((line) => line.startsWith('|') && line.includes(`\`${format}\``));
      expect(row).toContain(`\`${file}\``);
      expect(/^\| `formats` .*$/m.exec(README)![0]).toContain(`\`${format}\``);
    }
  });

  test('the page on privacy tells of every file that a run can leave', () => {
    const table = read('docs/privacy.md');
    for (const file of [...Object.values(FORMAT_FILES), 'manifest.json', 'snapshot.json', 'merged.json'])
      expect(table).toContain(`\`${file}\``);
  });

  test.each([
    ['report', 'docs/report.md', '## From top to bottom'],
    ['manifest', 'docs/evidence.md', '## manifest.json'],
  ])('the table of what a %s holds has every key', (name, page, heading) => {
    const { properties } = JSON.parse(read(`schema/${name}.schema.json`)) as { properties: object };
    const text = read(page);
    const start = text.indexOf(heading);
    const keys = firstColumn(text.slice(start, text.indexOf('\n## ', start + 1)));
    expect(keys.sort()).toEqual(Object.keys(properties).sort());
  });

  test('the page for contributors has every script', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const page = read('CONTRIBUTING.md');
    for (const name of Object.keys(scripts))
      expect(page).toContain(name === 'test' ? '`npm test`' : `\`npm run ${name}\``);
  });

  test('the table of folders has every folder of the sources', () => {
    const page = read('docs/architecture.md');
    const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    for (const { name } of folders) expect(page).toContain(`| \`src/${name}\` |`);
  });

  test('the number of rules is right', () => {
    expect(read('CHANGELOG.md')).toContain(`- ${RULES.length} rules.`);
  });
});
