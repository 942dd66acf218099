import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { annotate } from '../../src/reporters/annotations.ts';
import { visible } from '../../src/reporters/escape.ts';
import { githubLog } from '../../src/reporters/github-log.ts';
import { pretty } from '../../src/reporters/pretty.ts';
import type { Paint, Style } from '../../src/reporters/style.ts';
import { commandsOf } from './runner.ts';
import { anyReport, at, drift, finding, report } from './sample.ts';

const ansi: Paint = (text) => `\u001b[31m${text}\u001b[0m`;
const COLOURS: Style = { bold: ansi, dim: ansi, red: ansi, yellow: ansi, green: ansi, cyan: ansi };

test('groups the findings, then marks the lines, and ends with the verdict', () => {
  const findings = [finding(), finding({ message: 'Second', location: at(40) })];
  const lines = githubLog(drift(findings), { mode: 'github' }).trimEnd().split('\n');
  const frame = lines.filter((line) => line.startsWith('::') || line.startsWith('✖'));
  expect(frame.map((line) => line.replace(/(file=).*(line=\d+).*/, '$1…,$2…'))).toEqual([
    '::group::.github/leapsome-access-policy.yml:31  1 error',
    '::endgroup::',
    '::group::.github/leapsome-access-policy.yml:40  1 error',
    '::endgroup::',
    '::error file=…,line=31…',
    '::error file=…,line=40…',
    lines.at(-1),
  ]);
  expect(lines.at(-1)).toMatch(/^✖ Drift: 2 errors\./);
});

test('plain mode, for act, is the terminal rendering without any command', () => {
  const any = drift([finding()]);
  expect(githubLog(any, { mode: 'plain' })).toBe(pretty(any));
  expect(commandsOf(githubLog(any, { mode: 'plain' }))).toEqual([]);
});

test('in sync has no command at all', () => {
  expect(commandsOf(githubLog(report(), { mode: 'github' }))).toEqual([]);
});

test('changed lines reach the annotations', () => {
  const findings = [finding({ location: at(1) }), finding({ location: at(2) })];
  const changedLines = new Map([[at(2).file, new Set([2])]]);
  const errors = commandsOf(githubLog(drift(findings), { mode: 'github', changedLines })).slice(4);
  expect(errors.map(({ properties }) => properties.line)).toEqual(['2', '1']);
});

test('the runner finds the commands that are meant and no others, whatever the names are', () => {
  fc.assert(
    fc.property(anyReport, fc.constantFrom(undefined, COLOURS), (any, style) => {
      const log = githubLog(any, { mode: 'github', ...(style && { style }) });
      const open = any.findings.filter(({ status }) => status === 'open');
      const places = new Set(open.map(({ location }) => `${location.file}:${location.line}`));
      const meant = [
        ...Array.from(places, () => ['group', 'endgroup']).flat(),
        ...annotate(any).map(({ level }) => level),
      ];
      const commands = commandsOf(log);
      expect(commands.map(({ name }) => name)).toEqual(meant);
      const allowed = ['file', 'line', 'col', 'endLine', 'endColumn', 'title'];
      for (const { properties, data } of commands) {
        expect(Object.keys(properties).filter((name) => !allowed.includes(name))).toEqual([]);
        expect(data.split('\n').map(visible).join('\n')).toBe(data);
      }
    }),
    { numRuns: 400 },
  );
});
