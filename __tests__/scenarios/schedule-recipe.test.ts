import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { workspace } from './harness.ts';
import { read } from './init.ts';

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const SCHEDULE = parse(file('docs/recipes/schedule.yml'));
const PREVIOUS = (SCHEDULE.jobs.check.steps as { id?: string; run?: string }[]).find(
  ({ id }) => id === 'previous',
)!.run!;

/**
 * A `gh` that knows some runs, newest first, and what became of each. Like the real one it applies `--jq`, and takes an
 * artifact of any run where the id is empty.
 */
const GH = `#!/bin/bash
echo "$*" >> gh.log
asked="$1 $2"
if [ "$1" = api ]; then asked='gh api'; fi
if [ "$FAILS" = "$asked" ]; then echo 'gh: Resource not accessible by integration (HTTP 403)' >&2; exit 1; fi
filter=$(printf '%s\\n' "$@" | grep -A1 -x -e --jq | tail -n 1)
case "$asked" in
  'run list') jq -n --argjson runs "$RUNS" '[$runs[] | { databaseId: .id }]' | jq -r "$filter" ;;
  'gh api')
    id=\${2#repos/our-org/access/actions/runs/}
    jq -n --argjson runs "$RUNS" --argjson id "\${id%/artifacts?name=leapsome-access-report}" \\
      '{ artifacts: [$runs[] | select(.id == $id and .result) | { expired: (.expired // false) }] }' | jq -r "$filter" ;;
  'run download')
    directory=$(printf '%s\\n' "$@" | grep -A1 -x -e --dir | tail -n 1)
    report=$(jq -n --argjson runs "$RUNS" --arg id "$3" \\
      'first($runs[] | select($id == "" or (.id | tostring) == $id) | select(.result))')
    if [ -z "$report" ]; then echo 'no valid artifacts found to download' >&2; exit 1; fi
    mkdir -p "$directory"
    echo "$report" > "$directory/report.json" ;;
esac
`;

interface Run {
  readonly id: number;
  /** What its report says; missing when it kept none. */
  readonly result?: string;
  readonly expired?: boolean;
}

/** A step, as the runner would run it. */
function step(script: string, runs: readonly Run[], fails = '') {
  const root = workspace({ 'bin/gh': GH });
  chmodSync(join(root, 'bin/gh'), 0o755);
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', script], {
    cwd: root,
    encoding: 'utf8',
    env: {
      PATH: `${join(root, 'bin')}:${process.env.PATH}`,
      HOME: root,
      GITHUB_OUTPUT: join(root, 'output'),
      RUNS: JSON.stringify(runs),
      FAILS: fails,
      REPO: 'our-org/access',
      BRANCH: 'main',
      WORKFLOW: 'our-org/access/.github/workflows/access.yml@refs/heads/main',
    },
  });
  const report = (directory: string) => {
    const text = read(join(root, directory, 'report.json'));
    return text === undefined ? undefined : JSON.parse(text).id;
  };
  return {
    status,
    stdout,
    stderr,
    report,
    output: read(join(root, 'output')),
    log: read(join(root, 'gh.log')),
  };
}

test('the scheduled recipe compares with the last run that saw everybody', () => {
  const { status, report, output, log } = step(PREVIOUS, [
    { id: 5 },
    { id: 4, result: 'could-not-check' },
    { id: 3, result: 'drift', expired: true },
    { id: 2, result: 'drift' },
    { id: 1, result: 'in-sync' },
  ]);
  expect([status, output, report('previous')]).toEqual([0, 'path=previous/report.json\n', 2]);
  expect(log).toMatch(/^run list --repo our-org\/access --workflow access\.yml --branch main /);
});

test('its first run compares with none, and says so', () => {
  const { status, stdout, output } = step(PREVIOUS, []);
  expect([status, output]).toEqual([0, undefined]);
  expect(stdout).toMatch(/^::warning::No earlier report/);
});

test('it says so as well when no run has left a report with a verdict', () => {
  const { status, stdout, output } = step(PREVIOUS, [{ id: 2 }, { id: 1, result: 'could-not-check' }]);
  expect([status, output]).toEqual([0, undefined]);
  expect(stdout).toMatch(/^::warning::No earlier report/);
});

test.each(['run list', 'gh api', 'run download'])(
  'it fails when "%s" does, rather than to compare with none',
  (fails) => {
    const { status, stdout, stderr, output } = step(PREVIOUS, [{ id: 1, result: 'in-sync' }], fails);
    expect([status, stdout, output]).toEqual([1, '', undefined]);
    expect(stderr).toContain('HTTP 403');
  },
);

const OVERVIEW = (
  parse(/^```yaml\n(- env:\n[\s\S]*?)^```$/m.exec(file('docs/many-tenants.md'))![1]!) as { run?: string }[]
)[0]!.run!;

test('the overview of many repositories takes the last report of the default branch', () => {
  const { status, report, log } = step(OVERVIEW, [{ id: 7, result: 'drift' }]);
  expect([status, report('reports/acme'), report('reports/brightwater')]).toEqual([0, 7, 7]);
  expect(log).toMatch(/^run list --repo our-org\/acme --workflow schedule\.yml --branch main /);
  // The scheduled recipe is what it looks for.
  expect(SCHEDULE.jobs.check.steps.at(-1).with.name).toBe('leapsome-access-report');
});

test('it takes no report of another run where there was none, nor one that lay there', () => {
  const { status, report, log } = step(
    `mkdir -p reports/acme; echo '{ "id": 0 }' > reports/acme/report.json\n${OVERVIEW}`,
    [],
  );
  expect([status, report('reports/acme')]).toEqual([0, undefined]);
  expect(log).not.toContain('run download');
});

test('it fails when it cannot learn which runs there were', () => {
  expect(step(OVERVIEW, [{ id: 7, result: 'drift' }], 'run list').status).toBe(1);
});
