import type { Problem } from '../model/problem.ts';
import type { RunInfo } from '../model/report.ts';
import { bytes, fitInto, SUMMARY_LIMIT } from './budget.ts';
import { problems as problemsSection, RESULT_SIGNS } from './sections.ts';

const HEADING = `## ${RESULT_SIGNS['could-not-check']} Could not check\n\n`;

/** The job summary of a command that ended before there was anything to report: why, with places and ways out. */
export function problemsSummary(problems: readonly Problem[], run: RunInfo): string {
  const section = problemsSection({ problems, run });
  return section ? `${HEADING}${fitInto(section, SUMMARY_LIMIT - bytes(HEADING)).text}` : '';
}
