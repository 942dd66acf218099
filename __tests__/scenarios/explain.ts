import { readFileSync } from 'node:fs';
import { expect } from '@jest/globals';
import { DEMO_AS_OF } from '../../demo/company.ts';
import type {
  EntryStatement,
  Explanation,
  PersonExplanation,
  RuleExplanation,
  SeparationStatement,
  Statement,
  TargetExplanation,
} from '../../src/model/explanation.ts';
import { explanationOf } from '../reporters/explanation-schema.ts';
import { cli, type Finished, workspace } from './harness.ts';

type Env = Readonly<Record<string, string>>;

export const DEMO_POLICY = readFileSync(new URL('../../demo/policy.yml', import.meta.url), 'utf8');

export interface Explained extends Finished {
  readonly explanation: Explanation;
  /** The explanation as text, from a second run. */
  readonly text: string;
}

/** Runs `explain` both ways, with the demo's policy unless another or none is given, and holds them against each other and against what is documented. */
export async function explain(
  env: Env,
  args: readonly string[],
  policy: string | null = DEMO_POLICY,
): Promise<Explained> {
  const cwd = workspace(policy === null ? {} : { '.github/leapsome-access-policy.yml': policy });
  const all = ['explain', '--as-of', DEMO_AS_OF, ...args];
  const asJson = await cli([...all, '--format', 'json'], { cwd, env });
  const asText = await cli(all, { cwd, env });
  expect([asText.code, asJson.stderr, asText.stderr]).toEqual([asJson.code, '', '']);
  const explanation = explanationOf(asJson.stdout);
  const isExplained = explanation.result === 'explained';
  expect({ code: asJson.code, problems: explanation.problems.length > 0 }).toEqual({
    code: isExplained ? 0 : 2,
    problems: !isExplained,
  });
  expect(asText.stdout.trimEnd().split('\n').at(-1)).toMatch(
    isExplained ? /^✔ Explained\. .*\(exit code 0\)$/ : /^\? Could not explain\. .*\(exit code 2\)$/,
  );
  for (const { message, hint } of explanation.problems) {
    expect(asText.stdout.replaceAll(/\s+/g, ' ')).toContain(message.replaceAll(/\s+/g, ' '));
    expect(asText.stdout).toContain(hint);
  }
  expect([...asJson.files, ...asText.files]).toEqual([]);
  return { ...asJson, explanation, text: asText.stdout };
}

export function person({ explanation: { about } }: Explained): PersonExplanation {
  if (about?.kind !== 'person') throw new Error(`this is no explanation of a person: ${about?.kind}`);
  return about;
}

export function target({ explanation: { about } }: Explained): TargetExplanation {
  if (about?.kind !== 'group' && about?.kind !== 'role') throw new Error('this is no group and no role');
  return about;
}

export function rule({ explanation: { about } }: Explained): RuleExplanation {
  if (about?.kind !== 'rule') throw new Error('this is no rule');
  return about;
}

/** "Payroll Admins: unexpected", in the order of the policy. */
export function judgements(explained: Explained): string[] {
  return person(explained).statements.map((one) => `${nameOf(one)}: ${one.judgement}`);
}

/** What the entry of a group, role or of `accounts` says of the person. */
export function entry(explained: Explained, name: string): EntryStatement {
  return named(explained, name) as EntryStatement;
}

export function separation(explained: Explained, name: string): SeparationStatement {
  return named(explained, name) as SeparationStatement;
}

function named(explained: Explained, name: string): Statement {
  return person(explained).statements.find((one) => nameOf(one) === name)!;
}

function nameOf(one: Statement): string {
  if (one.about === 'requirement' || one.about === 'separation') return one.entry.name;
  return one.target?.name ?? one.about;
}

/** The text in the policy at which something points, from its first column to the end of the line. */
export function lineOf(
  location: { readonly line: number; readonly column: number },
  policy = DEMO_POLICY,
): string {
  return policy.split('\n')[location.line - 1]!.slice(location.column - 1);
}
