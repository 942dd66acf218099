import { readdirSync } from 'node:fs';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { read, type Step } from './workflows.ts';

const namesIn = (folder: string) => readdirSync(new URL(`../${folder}`, import.meta.url));

interface Workflow {
  readonly name: string;
  readonly on: Readonly<Record<string, unknown>>;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<
    Record<string, { readonly environment?: string; readonly steps?: readonly Step[] }>
  >;
}
interface Source {
  readonly path: string;
  readonly text: string;
  readonly workflow: Workflow;
  readonly steps: readonly Step[];
}

const RECIPES = namesIn('docs/recipes').map((name) => sourceAt(`docs/recipes/${name}`));
const REUSABLE = sourceAt('.github/workflows/access-review.yml');
const COPIED = [...RECIPES, REUSABLE, sourceAt('examples/multi-tenant/workflow.yml')];

function sourceAt(path: string): Source {
  const text = read(path);
  const workflow = parse(text) as Workflow;
  return { path, text, workflow, steps: Object.values(workflow.jobs).flatMap(({ steps = [] }) => steps) };
}

function recipe(name: string): Source {
  return RECIPES.find(({ path }) => path.endsWith(`/${name}`))!;
}

/** Steps of the workflows, and of what pages show of workflows. */
const SHOWN: readonly { readonly path: string; readonly steps: readonly Step[] }[] = [
  ...COPIED,
  ...['README.md', ...namesIn('docs').map((name) => `docs/${name}`)]
    .filter((path) => path.endsWith('.md'))
    .map((path) => ({
      path,
      steps: Array.from(read(path).matchAll(/^( *)```yaml\n([\s\S]*?)^\1```$/gm), ([, , block]) =>
        parse(block!),
      ).flatMap(stepsIn),
    })),
];

/** Whatever looks like a step, at any depth. */
function stepsIn(value: unknown): Step[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = 'uses' in value || 'run' in value ? [value as Step] : [];
  return [...here, ...Object.values(value).flatMap(stepsIn)];
}

describe('recipes that are copied side by side', () => {
  test('have names of their own, and never wait for each other', () => {
    const names = COPIED.map(({ workflow }) => workflow.name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
    const groups = COPIED.flatMap(({ workflow }) => workflow.concurrency?.group ?? []);
    expect(groups.length).toBeGreaterThan(5);
    expect(groups.filter((group, at) => groups.indexOf(group) !== at)).toEqual([]);
  });
});

describe('what a run keeps', () => {
  const uploads = SHOWN.flatMap(({ path, steps }) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/upload-artifact@')).map((step) => ({ path, step })),
  );

  test('there is something to look at', () => {
    expect(uploads.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'docs/recipes/schedule.yml',
        'docs/recipes/evidence.yml',
        'docs/recipes/code-scanning.yml',
        REUSABLE.path,
        'docs/html-report.md',
      ]),
    );
  });

  test.each(uploads)('$path can keep it again when the run is started again', ({ step }) => {
    const { overwrite, name } = step.with!;
    expect(overwrite === true || String(name).includes(`\${{ github.run_attempt }}`)).toBe(true);
  });

  test.each(uploads)('$path keeps it after drift as well, and only what this run wrote', ({ step }) => {
    expect(step.if).toMatch(/^(\$\{\{ )?(always|!cancelled)\(\) && .*steps\.\w+\.outputs\./);
  });

  test('alerts are made of the file that this attempt handed over, and of none that was left behind', () => {
    const { jobs } = parse(recipe('code-scanning.yml').text);
    const keep = (jobs.check.steps as Step[]).find(({ uses }) =>
      uses?.startsWith('actions/upload-artifact@'),
    )!;
    expect(jobs.check.outputs).toEqual({ kept: `\${{ steps.${keep.id}.outputs.artifact-id }}` });
    expect(jobs.alerts.if).toBe(`\${{ !cancelled() && needs.check.outputs.kept != '' }}`);
    expect(keep.if).toContain("steps.policy.outputs.result == 'in-sync'");
  });
});

describe('questions to GitHub', () => {
  const scripts = SHOWN.flatMap(({ path, steps }) => steps.map(({ run = '' }) => ({ path, run }))).filter(
    ({ run }) => run.includes('gh run '),
  );

  test.each(scripts)('$path takes a failure for a failure, and not for an empty list', ({ run }) => {
    // "bash -e" looks at an assignment, and not at the words of a loop.
    expect(run).not.toMatch(/\bfor \w+ in [^;\n]*\$\(/);
  });

  test.each(scripts)('$path takes runs of one workflow, of one branch', ({ run }) => {
    const lists = Array.from(run.matchAll(/gh run list (?:[^\n]*\\\n)*[^\n]*/g), ([line]) => line!);
    expect(lists.length).toBeGreaterThan(0);
    for (const line of lists) {
      // Several workflows can have the same title.
      expect(line).toMatch(/--workflow ([\w.-]+\.yml|"\$\{file##\*\/\}") /);
      expect(line).toContain('--branch ');
    }
  });
});

// ---- who is checked

const REPOSITORY = 'our-org/access';
const ours = { head: { repo: { full_name: REPOSITORY } } };
const fork = { head: { repo: { full_name: 'a-stranger/access' } } };

interface Started {
  readonly event_name: string;
  readonly actor?: string;
  readonly event?: { readonly pull_request?: object };
}

/** An expression of a workflow, which is JavaScript where it only compares strings; `secrets` are all missing. */
function evaluate(expression: string, github: Started): unknown {
  const [, inner] = /^\$\{\{ ([\s\S]*) \}\}$/.exec(expression)!;
  return runInNewContext(inner!, {
    github: { repository: REPOSITORY, actor: 'ada', event: {}, ...github },
    secrets: {},
  });
}

const CASES: readonly (readonly [string, Started, forks: string, queue: string])[] = [
  ['a push', { event_name: 'push' }, 'check', 'check'],
  ['a pull request', { event_name: 'pull_request', event: { pull_request: ours } }, 'check', 'validate'],
  [
    'a pull request of a fork',
    { event_name: 'pull_request', event: { pull_request: fork } },
    'validate',
    'validate',
  ],
  [
    'a pull request of a fork that was deleted',
    { event_name: 'pull_request', event: { pull_request: { head: { repo: {} } } } },
    'validate',
    'validate',
  ],
  [
    'a pull request of Dependabot',
    { event_name: 'pull_request', actor: 'dependabot[bot]', event: { pull_request: ours } },
    'validate',
    'validate',
  ],
  ['a group in the merge queue', { event_name: 'merge_group' }, 'check', 'check'],
  ['somebody, by hand', { event_name: 'workflow_dispatch' }, 'check', 'check'],
  ['the clock', { event_name: 'schedule' }, 'check', 'check'],
];

describe.each(CASES)('without any secret, started by %s', (_, github, forks, queue) => {
  test.each([
    ['forks.yml', forks],
    ['merge-queue.yml', queue],
  ])('%s does what it should, with the environment for it', (name, command) => {
    const [job] = Object.values(recipe(name).workflow.jobs);
    const own = job!.steps!.find(({ uses }) => uses?.startsWith('leapsome-access-policy/'))!;
    expect([evaluate(String(own.with!.command), github), evaluate(String(job!.environment), github)]).toEqual(
      [command, command === 'check' ? 'leapsome' : 'policy-only'],
    );
  });
});

test('a secret that is missing never turns a check into something lighter', () => {
  const pages = ['README.md', ...namesIn('docs').map((name) => `docs/${name}`)].filter((path) =>
    path.endsWith('.md'),
  );
  for (const path of [...pages, ...COPIED.map((source) => source.path)])
    expect([path, /command: (?:>-\s+)?\$\{\{[^}]*secrets\./.exec(read(path))]).toEqual([path, null]);
});

test('recipes that give a secret to pull requests say what their environment must allow', () => {
  const giving = RECIPES.filter(
    ({ workflow }) =>
      'pull_request' in workflow.on &&
      Object.values(workflow.jobs).some(({ environment = '' }) => {
        const started = { event_name: 'pull_request', event: { pull_request: ours } };
        return (environment.startsWith('$') ? evaluate(environment, started) : environment) === 'leapsome';
      }),
  );
  expect(giving.map(({ path }) => path)).toEqual(['docs/recipes/forks.yml', 'docs/recipes/pull-request.yml']);
  for (const { text } of giving) expect(text).toMatch(/^# .*must allow .*refs\/pull\/\*\/merge/m);
});
