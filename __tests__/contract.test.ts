import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ACTION_COMMANDS } from '../src/commands.ts';
import { INPUTS } from '../src/inputs.ts';
import { PROBLEM_CODES } from '../src/model/problem.ts';
import { NAME, VERSION } from '../src/version.ts';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const ACTION = parse(read('action.yml')) as {
  inputs: Record<string, { description?: string; default?: string }>;
  outputs: Record<string, { description?: string }>;
  runs: { using: string; main: string };
};

describe('action.yml', () => {
  test('has exactly the inputs that the program reads, with the same defaults', () => {
    expect(Object.keys(ACTION.inputs).sort()).toEqual(
      [...Object.keys(INPUTS), 'command', 'github-token'].sort(),
    );
    for (const [name, { default: fallback }] of Object.entries(
      INPUTS as Record<string, { default?: string }>,
    )) {
      expect({ name, default: ACTION.inputs[name]?.default || undefined }).toEqual({
        name,
        default: fallback,
      });
    }
    expect(ACTION.inputs.command?.default).toBe(ACTION_COMMANDS[0]);
  });

  test('describes every input and output', () => {
    for (const entry of [...Object.values(ACTION.inputs), ...Object.values(ACTION.outputs)]) {
      expect(entry.description).toMatch(/\S/);
    }
  });

  test('runs the committed bundle on Node 24', () => {
    expect(ACTION.runs).toMatchObject({ using: 'node24', main: 'dist/index.js' });
  });
});

test('the version is the same everywhere', () => {
  const manifest = JSON.parse(read('package.json')) as { name: string; version: string };
  expect({ name: NAME, version: VERSION }).toEqual({ name: manifest.name, version: manifest.version });
  expect(read('CHANGELOG.md')).toContain(VERSION);
});

test('every problem code has its section in the troubleshooting guide, and every section its code', () => {
  const sections = [...read('docs/troubleshooting.md').matchAll(/^## `([a-z-]+)`$/gm)].map(
    (match) => match[1],
  );
  expect(sections.sort()).toEqual([...PROBLEM_CODES].sort());
});

test('every action that a workflow uses is pinned by a full commit hash', () => {
  const files = [
    '.github/workflows/ci.yml',
    '.github/workflows/check-dist.yml',
    '.github/workflows/act-demo.yml',
  ];
  const uses = files.flatMap((file) => [...read(file).matchAll(/uses:\s*(\S+)/g)].map((match) => match[1]!));
  const unpinned = uses.filter((name) => !name.startsWith('./') && !/@[0-9a-f]{40}$/.test(name));
  expect(uses.length).toBeGreaterThan(0);
  expect(unpinned).toEqual([]);
});
