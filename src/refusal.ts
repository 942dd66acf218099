import { personalData } from './check.ts';
import { CheckError } from './errors.ts';
import type { RunContext } from './github-context.ts';
import { type InputContext, type InputName, type Inputs, readInputs } from './inputs.ts';
import type { Problem } from './model/problem.ts';
import type { Report } from './model/report.ts';
import { NAME, VERSION } from './version.ts';

/** What has to be right for a refused run to say so where the outcome of the last one stands. */
const NEEDED: readonly InputName[] = ['policy', 'comment', 'issue', 'issue-label', 'issue-assignees'];

/** These inputs, and the defaults of all others; undefined where one of them is wrong itself. */
export function inputsToTell(context: InputContext): Inputs | undefined {
  const given: InputContext['given'] = (name) => (NEEDED.includes(name) ? context.given(name) : undefined);
  try {
    return readInputs({ ...context, env: {}, given });
  } catch (error) {
    if (error instanceof CheckError) return undefined;
    throw error;
  }
}

/** The report of a run that was refused before it began: nothing was read, and the problems say why. */
export function refusedReport(
  problems: readonly Problem[],
  { inputs, context, now }: { readonly inputs: Inputs; readonly context: RunContext; readonly now: number },
): Report {
  const moment = new Date(now).toISOString();
  return {
    schemaVersion: 1,
    tool: { name: NAME, version: VERSION },
    result: 'could-not-check',
    asOf: moment,
    startedAt: moment,
    finishedAt: moment,
    run: context.run,
    policy: { sha256: null, files: [] },
    sources: [],
    population: null,
    personalData: personalData({ inputs, context }),
    failOn: inputs.failOn,
    rules: [],
    counts: { error: 0, warning: 0, notice: 0, excepted: 0 },
    findings: [],
    exceptions: [],
    problems: problems.map(withoutValue),
    warnings: [],
  };
}

/** The runner hides secrets in the log, and nobody does elsewhere: what was put into a wrong input stays out of it. */
export function withoutValue(problem: Problem): Problem {
  const message = problem.message.replace(/^(The input "[\w-]+"[^"]*)".*$/s, '$1"…".');
  return { ...problem, message };
}
