import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS, type InputName } from '../src/inputs.ts';
import { REPORT_PROBLEM_CODES } from '../src/model/merged.ts';
import { read, type Step } from './workflows.ts';

const TEXT = read('.github/workflows/access-review.yml');
const RECIPE = parse(read('docs/recipes/many-tenants.yml'));
const DOCS = read('docs/many-tenants.md');
const ACTION = parse(read('action.yml')) as { inputs: object; outputs: object };
const SELF = 'leapsome-access-policy/leapsome-access-policy@v0';

interface Job {
  readonly needs?: string;
  readonly if?: string;
  readonly strategy?: { readonly 'fail-fast': boolean; readonly 'max-parallel': string };
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean };
  readonly permissions?: object;
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly on: {
    readonly workflow_call: {
      readonly inputs: Record<string, { description?: string; default?: unknown }>;
      readonly secrets: Record<string, { required: boolean }>;
      readonly outputs: Record<string, { value: string }>;
    };
  };
  readonly permissions: object;
  readonly jobs: { readonly check: Job; readonly merge: Job };
}
const WORKFLOW = parse(TEXT) as Workflow;
const { inputs, secrets, outputs } = WORKFLOW.on.workflow_call;
const { check, merge } = WORKFLOW.jobs;
const STEPS = [...check.steps, ...merge.steps];

function expression(text: string): string {
  return `\${{ ${text} }}`;
}

/** What is named after `context.` in expressions. */
function named(context: string): string[] {
  const found = TEXT.matchAll(new RegExp(`(?<![\\w.-])${context.replaceAll('.', '\\.')}\\.([\\w-]+)`, 'g'));
  return [...new Set(Array.from(found, ([, name]) => name!))].sort();
}

describe('the workflow for many tenants', () => {
  test('uses nothing but this action and actions that are pinned as elsewhere', () => {
    const others = [
      ...readdirSync(new URL('../docs/recipes', import.meta.url)).map((name) => `docs/recipes/${name}`),
      '.github/workflows/ci.yml',
    ].flatMap((path) => Array.from(read(path).matchAll(/uses: (\S+)/g), ([, name]) => name!));
    expect(STEPS.flatMap(({ run }) => run ?? [])).toEqual(['rm -rf reports']);
    for (const { uses, run } of STEPS) {
      if (run !== undefined || uses === SELF) continue;
      expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
      expect(others).toContain(uses);
    }
  });

  test('may read the repository, and nothing else', () => {
    expect(WORKFLOW.permissions).toEqual({ contents: 'read' });
    expect([check.permissions, merge.permissions]).toEqual([undefined, undefined]);
    const checkout = check.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with).toMatchObject({ 'persist-credentials': false });
  });

  test('reads other repositories with the token for them, and its own with its own', () => {
    const checkout = check.steps.find(({ uses }) => uses?.startsWith('actions/checkout@'));
    expect(checkout?.with?.token).toBe(
      expression('matrix.tenant.repository && secrets.LEAPSOME_POLICY_TOKEN || github.token'),
    );
  });

  test('takes nothing that a runner has kept of an earlier run for a report', () => {
    const own = check.steps.find(({ uses }) => uses === SELF);
    const keep = check.steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@'));
    expect(keep?.if).toBe(expression(`!cancelled() && steps.${own?.id}.outputs.report-path != ''`));
    expect(own?.with?.['report-dir']).toBe(`${keep?.with?.path}/${expression('matrix.tenant.name')}`);
    expect(keep?.with?.path).toContain(expression('matrix.tenant.name'));
    const at = merge.steps.findIndex(({ uses }) => uses?.startsWith('actions/download-artifact@'));
    expect(merge.steps[at - 1]?.run).toBe(`rm -rf ${merge.steps[at]?.with?.path}`);
  });

  test('keeps tenants apart', () => {
    expect(check.strategy?.['fail-fast']).toBe(false);
    expect(check.concurrency).toEqual({
      group: expect.stringContaining('matrix.tenant.name'),
      'cancel-in-progress': false,
    });
    for (const job of [check, merge]) expect(job['timeout-minutes']).toBeGreaterThan(0);
  });

  test('merges whatever became of the tenants, and expects all of them', () => {
    expect([merge.needs, merge.if]).toEqual(['check', expression('!cancelled()')]);
    const step = merge.steps.find(({ id }) => id === 'merge');
    expect(step?.with).toMatchObject({
      command: 'merge',
      expect: expression("join(fromJSON(inputs.tenants).*.name, ',')"),
    });
  });

  test('artifacts have names of their own, which the download finds', () => {
    const of = (action: string) => STEPS.filter(({ uses }) => uses?.startsWith(`actions/${action}@`));
    const [report, merged] = of('upload-artifact').map((step) => String(step.with?.name));
    const pattern = String(of('download-artifact')[0]?.with?.pattern);
    expect(report).toBe(pattern.replace('*', expression('matrix.tenant.name')));
    expect(merged!.startsWith(pattern.replace('*', ''))).toBe(false);
  });

  test('gives the action inputs that it has, and falls back to its defaults', () => {
    const given = STEPS.filter(({ uses }) => uses === SELF).map((step) => step.with ?? {});
    expect(given).toHaveLength(2);
    for (const [name, value] of given.flatMap((each) => Object.entries(each))) {
      expect(Object.keys(ACTION.inputs)).toContain(name);
      const fallback = /\|\| '([^']*)' \}\}$/.exec(String(value))?.[1];
      if (fallback)
        expect([name, fallback]).toEqual([name, (INPUTS[name as InputName] as { default?: string }).default]);
    }
    for (const name of ['fail-on', 'formats', 'personal-data', 'timeout'] as const)
      expect([name, inputs[name]?.default]).toEqual([name, INPUTS[name].default]);
  });

  test('names nothing that is not there', () => {
    expect(named('inputs')).toEqual(Object.keys(inputs).sort());
    for (const name of named('steps.merge.outputs')) expect(Object.keys(ACTION.outputs)).toContain(name);
    for (const { value } of Object.values(outputs))
      expect(value).toMatch(/^\$\{\{ jobs\.merge\.outputs\.[a-z0-9-]+ \}\}$/);
    expect(named('jobs.merge.outputs')).toEqual(Object.keys(outputs).sort());
    for (const { required } of Object.values(secrets)) expect(required).toBe(false);
  });

  test('a tenant gets secrets of its own ending, or those without one, and never falls back from one to the other', () => {
    const scim = String(check.steps.find(({ uses }) => uses === SELF)?.with?.['scim-token']);
    expect(scim).toBe(
      expression(
        "secrets[format('LEAPSOME_SCIM_TOKEN{0}', matrix.tenant.secret && format('_{0}', matrix.tenant.secret) || '')]",
      ),
    );
    for (const name of ['LEAPSOME_API_SECRET', 'STACKONE_API_KEY'])
      expect(TEXT).toContain(scim.replace('LEAPSOME_SCIM_TOKEN', name));
  });
});

const KEYS = named('matrix.tenant');

describe('its documentation', () => {
  test('tells every key of a tenant and every input', () => {
    const table = DOCS.slice(DOCS.indexOf('| Of a tenant'), DOCS.indexOf("The workflow's other inputs"));
    for (const key of KEYS) {
      expect(table).toContain(`\`${key}\``);
      expect(inputs.tenants?.description).toContain(`"${key}"`);
    }
    for (const name of Object.keys(inputs))
      expect(DOCS).toContain(name === 'tenants' ? 'tenants: |' : `\`${name}\``);
  });

  test('tells every reason for which a report is not used', () => {
    expect([...DOCS.matchAll(/^\| `(report-[a-z]+)` \|/gm)].map(([, code]) => code).sort()).toEqual(
      [...REPORT_PROBLEM_CODES].sort(),
    );
  });

  test('the recipe calls it with what it takes', () => {
    const { uses, with: given, secrets: handed } = RECIPE.jobs.tenants;
    expect([uses, handed]).toEqual(['./.github/workflows/access-review.yml', 'inherit']);
    for (const name of Object.keys(given)) expect(Object.keys(inputs)).toContain(name);
    const tenants = JSON.parse(given.tenants) as Record<string, string>[];
    expect(new Set(tenants.map(({ name }) => name)).size).toBe(tenants.length);
    for (const key of tenants.flatMap(Object.keys)) expect(KEYS).toContain(key);
    expect(RECIPE.permissions).toEqual({ contents: 'read' });
  });
});
