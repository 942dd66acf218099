import type { Report } from '../model/report.ts';
import { annotate, type ChangedLines, toWorkflowCommand } from './annotations.ts';
import { forCommandData } from './escape.ts';
import { type PrettyOptions, pretty, prettyParts } from './pretty.ts';

export interface GithubLogOptions extends PrettyOptions {
  /** `plain` under act, which prints some commands raw: then none is written. */
  readonly mode: 'github' | 'plain';
  readonly changedLines?: ChangedLines;
  /** Warnings of the same step that are not about findings. */
  readonly otherWarnings?: number;
}

/** The log of the Action: a group for each policy entry, the facts, the annotations, and the verdict at the very end. */
export function githubLog(report: Report, options: GithubLogOptions): string {
  if (options.mode === 'plain') return pretty(report, options);
  const parts = prettyParts(report, options);
  const groups = parts.entries.flatMap((entry) => [
    `::group::${forCommandData(`${entry.place}  ${entry.counts}`)}`,
    ...entry.lines,
    '::endgroup::',
  ]);
  const commands = annotate(report, options.changedLines, options.otherWarnings).map(toWorkflowCommand);
  return `${[...parts.opening, ...groups, ...parts.facts, ...commands, ...parts.verdict].join('\n')}\n`;
}
