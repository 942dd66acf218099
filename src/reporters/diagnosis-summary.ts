import type { Diagnosis, RuleDiagnosis, SourceDiagnosis } from '../model/diagnosis.ts';
import { SOURCE_LABELS } from '../model/facts.ts';
import {
  countsInWords,
  diagnosisVerdict,
  machineInWords,
  proxiesInWords,
  rulesInWords,
  runnerInWords,
  silenceInWords,
} from './diagnosis-words.ts';
import { forMarkdown } from './escape.ts';
import { problemBlock } from './sections.ts';
import { count, counted, cut } from './wording.ts';

const VALUE_LENGTH = 1000;
const PROBLEMS_SHOWN = 20;

const STATE_CELLS = {
  works: '✅ works',
  fails: '⚠️ does not work',
  'not-given': '– not given',
} as const satisfies Record<SourceDiagnosis['state'], string>;

/** The diagnosis as a job summary, far below the size that the runner drops. */
export function diagnosisSummary(diagnosis: Diagnosis): string {
  const { headline, meaning, next } = diagnosisVerdict(diagnosis);
  return [
    `## ${diagnosis.result === 'ready' ? '✅' : '⚠️'} ${headline}`,
    `${meaning} ${next}`,
    problems(diagnosis),
    sourceTable(diagnosis),
    `Policy ${value(diagnosis.policy.path)}: ${rulesInWords(diagnosis)}`,
    ruleTable(diagnosis),
    footer(diagnosis),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
    .concat('\n');
}

function value(text: string): string {
  return forMarkdown(cut(text, VALUE_LENGTH));
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [columns, columns.map(() => '---'), ...rows].map(line).join('\n');
}

function problems({ problems: all }: Diagnosis): string {
  const shown = all.slice(0, PROBLEMS_SHOWN).map((problem) => problemBlock(problem, {}).trimEnd());
  const left = all.length - shown.length;
  return [...shown, ...(left > 0 ? [`${counted(left, 'more problem')}, see the log`] : [])].join('\n\n');
}

function sourceTable({ sources }: Diagnosis): string {
  return table(
    ['Source', 'State', 'Can read', 'Does not tell', 'Busiest second', 'Limit'],
    sources.map((source) => [
      SOURCE_LABELS[source.name],
      STATE_CELLS[source.state],
      countsInWords(source),
      silenceInWords(source),
      source.traffic === null ? '' : count(source.traffic.busiestSecond),
      source.traffic === null
        ? ''
        : source.traffic.limit === null
          ? 'not published'
          : count(source.traffic.limit),
    ]),
  );
}

function ruleTable({ policy: { rules } }: Diagnosis): string {
  const open = (rules ?? []).filter(({ state }) => state === 'not-evaluated');
  if (open.length === 0) return '';
  const cells = ({ id, severity, reasons }: RuleDiagnosis) => [
    value(id),
    severity,
    value(reasons.join('; ')),
  ];
  return table(['Not evaluated, wholly or in part', 'Severity', 'Why'], open.map(cells));
}

function footer(diagnosis: Diagnosis): string {
  const { tool } = diagnosis;
  return [
    `${tool.name} ${value(tool.version)}`,
    machineInWords(diagnosis, value),
    `runner: ${runnerInWords(diagnosis, value)}`,
    `proxy: ${proxiesInWords(diagnosis, value)}`,
  ].join(' · ');
}
