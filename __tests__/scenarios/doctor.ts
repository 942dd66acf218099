import { expect } from '@jest/globals';
import { BRIGHTWATER, CANARIES } from '../../demo/company.ts';
import { environmentOf } from '../../demo/serve.ts';
import type { StandIn } from '../../demo/stand-in.ts';
import type { Diagnosis, SourceDiagnosis } from '../../src/model/diagnosis.ts';
import type { SourceName } from '../../src/model/facts.ts';
import { DiagnosisSchema } from '../reporters/diagnosis-schema.ts';
import { cli, type Finished, workspace } from './harness.ts';

export const { people, groups, roles } = BRIGHTWATER;

type Env = Readonly<Record<string, string>>;

/** The environment of a stand-in, with the variables of these sources alone. */
export function only(standIn: StandIn, ...names: readonly SourceName[]): Env {
  const prefixes = { scim: 'LEAPSOME_SCIM', content: 'LEAPSOME_API', stackone: 'STACKONE' } as const;
  return Object.fromEntries(
    Object.entries(environmentOf(standIn)).filter(([key]) =>
      names.some((name) => key.startsWith(prefixes[name])),
    ),
  );
}

export interface Examined extends Finished {
  readonly diagnosis: Diagnosis;
  /** The diagnosis as text, from a second run. */
  readonly text: string;
}

/** Runs `doctor` both ways, and holds them against each other and against what is documented. */
export async function examine(
  env: Env,
  args: readonly string[] = [],
  files: Readonly<Record<string, string>> = {},
): Promise<Examined> {
  const cwd = workspace(files);
  const asJson = await cli(['doctor', '--format', 'json', ...args], { cwd, env });
  const asText = await cli(['doctor', ...args], { cwd, env });
  expect(asText.code).toBe(asJson.code);
  const diagnosis = DiagnosisSchema.parse(JSON.parse(asJson.stdout)) as Diagnosis;
  const isReady = diagnosis.result === 'ready';
  expect({ code: asJson.code, problems: diagnosis.problems.length > 0 }).toEqual({
    code: isReady ? 0 : 2,
    problems: !isReady,
  });
  expect(asText.stdout.trimEnd().split('\n').at(-1)).toMatch(
    isReady ? /^✔ Ready\..*\(exit code 0\)$/ : /^\? Not ready: .*\(exit code 2\)$/,
  );
  for (const { message, hint } of diagnosis.problems) {
    expect(message).toMatch(/^.{15,}[.?]$/s);
    expect(flat(asText.stdout)).toContain(flat(message));
    expect(flat(asText.stdout)).toContain(flat(hint));
  }
  expect([...asJson.files, ...asText.files]).toEqual([]);
  return { ...asJson, diagnosis, text: asText.stdout };
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

export function sourceOf({ diagnosis }: Pick<Examined, 'diagnosis'>, name: SourceName): SourceDiagnosis {
  return diagnosis.sources.find((source) => source.name === name)!;
}

export function statesOf({ diagnosis }: Pick<Examined, 'diagnosis'>): Record<string, string> {
  return Object.fromEntries(diagnosis.sources.map(({ name, state }) => [name, state]));
}

export function problemsOf({ diagnosis }: Pick<Examined, 'diagnosis'>): string[] {
  return diagnosis.problems.map(({ code, source }) => (source ? `${source}: ${code}` : code));
}

/** Everything in the company that belongs to somebody: whatever of it is in the text. */
export function personalIn(text: string): string[] {
  const names = [
    ...people.flatMap(({ id, userName, givenName, familyName, externalId }) => [
      id,
      userName,
      `${givenName} ${familyName}`,
      ...(externalId ? [externalId] : []),
    ]),
    ...groups.flatMap(({ id, name }) => [id, name]),
    // The hints name the role that every tenant has.
    ...roles.flatMap(({ id, name }) => (name === 'Super Admin' ? [id] : [id, name])),
    ...people.flatMap(({ department, location, costCenter }) => [department, location, costCenter]),
    ...CANARIES,
  ];
  const whole = (name: string) => name.replaceAll(/[^\w ]/g, '\\$&');
  return [...new Set(names)].filter((name) => new RegExp(`(?<!\\w)${whole(name)}(?!\\w)`).test(text));
}
