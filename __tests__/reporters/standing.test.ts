import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { runUuid, stableUuid } from '../../src/reporters/identity.ts';
import { controlOf, standingOf } from '../../src/reporters/standing.ts';
import { problem, report, rule, source } from './sample.ts';

describe('what a run shows about a rule', () => {
  test('a pass, when the run came to a verdict and everybody was read', () => {
    expect(standingOf(rule(), report())).toEqual({ outcome: 'pass' });
  });

  test.each([
    ['the run could not check', { result: 'could-not-check', problems: [problem()] }, /could not check/],
    ['nobody was read', { population: null }, /not everybody was read/],
    ['no source was read to its end', { sources: [source({ complete: false })] }, /not everybody was read/],
    ['there was no source', { sources: [] }, /not everybody was read/],
  ] as const)('no pass, when %s', (_, change, reason) => {
    const standing = standingOf(rule(), report(change));
    expect(standing?.outcome).toBe('unknown');
    expect(standing?.reason).toMatch(reason);
  });

  test('a pass beside a source that may fail, for what needs no more than the others', () => {
    const sources = [source(), source({ name: 'content', complete: false })];
    expect(standingOf(rule(), report({ sources }))?.outcome).toBe('pass');
  });

  test('no pass, when a part of the rule is open', () => {
    expect(standingOf(rule({ reason: 'no source tells of roles' }), report())).toEqual({
      outcome: 'not-evaluated',
      reason: 'no source tells of roles',
    });
  });

  test('nothing, when the policy switches it off', () => {
    expect(standingOf(rule({ severity: 'off', status: 'not-evaluated' }), report())).toBeUndefined();
  });
});

test.each([
  ['SOC2:CC6.3', { standard: 'SOC2', id: 'CC6.3' }],
  ['ISO 27001: A.9.2.5', { standard: 'ISO 27001', id: 'A.9.2.5' }],
  ['urn:x:y', { standard: 'urn', id: 'x:y' }],
  ['CC6.3', { id: 'CC6.3' }],
  [':CC6.3', { id: ':CC6.3' }],
  ['SOC2:', { id: 'SOC2:' }],
  ['', { id: '' }],
])('the control %j', (name, expected) => {
  expect(controlOf(name)).toEqual({ name, ...expected });
});

describe('identifiers', () => {
  test('are UUIDs of version 5 over the namespace of the program', () => {
    const namespace = Buffer.from('8d6f2a3e4b0c4c579a1e5f7d20c6b914', 'hex');
    const hash = createHash('sha1').update(namespace).update('["kind","a\\n","\\ud800"]').digest();
    hash[6] = (hash[6]! & 0x0f) | 0x50;
    hash[8] = (hash[8]! & 0x3f) | 0x80;
    const expected = hash.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
    expect(stableUuid('kind', 'a\n', '\ud800')).toBe(expected);
  });

  test('of different names differ, wherever one name ends and the next begins', () => {
    expect(stableUuid('x', 'ab', 'c')).not.toBe(stableUuid('x', 'a', 'bc'));
  });

  test('of a run are of that run alone', () => {
    const one = runUuid(report(), 'x');
    expect(runUuid(report(), 'x')).toBe(one);
    expect(runUuid(report({ startedAt: '2026-10-01T00:00:01.000Z' }), 'x')).not.toBe(one);
    expect(runUuid(report({ personalData: 'mask' }), 'x')).not.toBe(one);
  });
});
