import {
  DIAGNOSIS_EXIT_CODES,
  type Diagnosis,
  type RuleDiagnosis,
  type SourceDiagnosis,
} from '../model/diagnosis.ts';
import { SOURCE_CREDENTIALS, SOURCE_LABELS } from '../model/facts.ts';
import {
  CREDENTIAL_NAMES,
  countsInWords,
  diagnosisVerdict,
  factsInWords,
  machineInWords,
  proxiesInWords,
  rulesInWords,
  runnerInWords,
  silenceInWords,
  trafficInWords,
} from './diagnosis-words.ts';
import { forJsonLog, forLog } from './escape.ts';
import { problemLines } from './pretty.ts';
import { PLAIN, type Style } from './style.ts';
import { counted, cut } from './wording.ts';

const LINE_LENGTH = 4000;
const PROBLEMS_SHOWN = 50;

/** The diagnosis for a terminal or a log. The last line is the verdict. */
export function diagnosisText(diagnosis: Diagnosis, style: Style = PLAIN): string {
  const blocks = [
    environmentLines(diagnosis),
    ...diagnosis.sources.map((source) => sourceLines(source, diagnosis, style)),
    policyLines(diagnosis, style),
    problemsOf(undefined, diagnosis, style),
    [verdictLine(diagnosis, style)],
  ];
  const filled = blocks.filter((lines) => lines.length > 0);
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The diagnosis as JSON that is harmless in a log. */
export function diagnosisJson(diagnosis: Diagnosis): string {
  return `${forJsonLog(JSON.stringify(diagnosis, null, 2))}\n`;
}

function shown(text: string): string {
  return forLog(cut(text, LINE_LENGTH));
}

function environmentLines(diagnosis: Diagnosis): string[] {
  const { tool, environment } = diagnosis;
  return [
    `${tool.name} ${tool.version}, ${machineInWords(diagnosis, shown)}`,
    `Runner: ${runnerInWords(diagnosis, shown)}`,
    `Proxy: ${proxiesInWords(diagnosis, shown)}`,
    `Further certificate authorities (NODE_EXTRA_CA_CERTS): ${environment.extraCertificates ? 'set' : 'none'}`,
  ];
}

function sourceLines(source: SourceDiagnosis, diagnosis: Diagnosis, style: Style): string[] {
  const { name, state, endpoint, traffic, warnings } = source;
  return [
    `${titleOf(source, style)}${endpoint === null ? '' : `  ${style.dim(shown(endpoint))}`}`,
    ...(state === 'not-given' ? invitation(source) : []),
    ...readingLines(source),
    ...(traffic === null ? [] : [`  ${trafficInWords(name, traffic)}`]),
    ...warnings.map((warning) => `  ${style.yellow('▲')} ${shown(warning)}`),
    ...problemsOf(name, diagnosis, style),
  ];
}

function titleOf({ name, state }: SourceDiagnosis, style: Style): string {
  const credential = CREDENTIAL_NAMES[name];
  const label = style.bold(SOURCE_LABELS[name]);
  if (state === 'works')
    return `${style.green('✔')} ${label}: ${credential} ${name === 'stackone' ? 'work' : 'works'}`;
  if (state === 'fails') return `${style.red('✖')} ${label}: could not be read with ${credential}`;
  return `${style.dim('–')} ${label}: no credential was given`;
}

function invitation({ name, wouldTell }: SourceDiagnosis): string[] {
  const would = wouldTell.length === 0 ? [] : [`  Would also tell ${factsInWords(wouldTell)}`];
  return [...would, `  To have it read, give ${SOURCE_CREDENTIALS[name]}`];
}

function readingLines(source: SourceDiagnosis): string[] {
  const { reading } = source;
  if (reading === null) return [];
  const { tells, silent, onlyTells, enables } = reading;
  return [
    `  ${countsInWords(source)}`,
    `  Tells ${factsInWords(tells)}`,
    ...(silent.length > 0 ? [`  Does not tell ${silenceInWords(source)}`] : []),
    ...(onlyTells.length > 0 ? [`  Nothing else here tells ${factsInWords(onlyTells)}`] : []),
    ...(enables.length > 0 ? [`  Without it, not evaluated: ${enables.map(shown).join(', ')}`] : []),
  ];
}

function policyLines(diagnosis: Diagnosis, style: Style): string[] {
  const { path, rules } = diagnosis.policy;
  const title = `${style.bold('Policy')} ${shown(path)}: ${rulesInWords(diagnosis)}`;
  if (rules === null) return [title];
  const inState = (state: RuleDiagnosis['state']) => rules.filter((rule) => rule.state === state);
  const ids = (some: readonly RuleDiagnosis[]) => some.map(({ id }) => shown(id)).join(', ');
  const [can, cannot, off] = [inState('evaluated'), inState('not-evaluated'), inState('off')];
  return [
    title,
    ...(can.length > 0 ? [`  ${style.green('✔')} in full: ${ids(can)}`] : []),
    ...cannot.flatMap((rule) => ruleLines(rule, style)),
    ...(off.length > 0 ? [`  ${style.dim('–')} switched off: ${ids(off)}`] : []),
  ];
}

function ruleLines({ id, severity, reasons }: RuleDiagnosis, style: Style): string[] {
  const [first = '', ...others] = reasons.map(shown);
  return [
    `  ${style.yellow(`▲ ${shown(id)} (${severity})`)}, wholly or in part: ${first}`,
    ...others.map((reason) => `      ${reason}`),
  ];
}

/** Problems of one source, or of none. */
function problemsOf(name: SourceDiagnosis['name'] | undefined, diagnosis: Diagnosis, style: Style): string[] {
  const all = diagnosis.problems.filter(({ source }) => source === name);
  const left = all.length - PROBLEMS_SHOWN;
  return [
    ...all.slice(0, PROBLEMS_SHOWN).flatMap((problem) => problemLines(problem, style)),
    ...(left > 0 ? [`  ${counted(left, 'more problem')}, see --format json`] : []),
  ];
}

function verdictLine(diagnosis: Diagnosis, style: Style): string {
  const { headline, meaning, next } = diagnosisVerdict(diagnosis);
  const isReady = diagnosis.result === 'ready';
  const paint = isReady ? style.green : style.yellow;
  const title = style.bold(paint(`${isReady ? '✔' : '?'} ${headline}.`));
  return `${title} ${meaning} ${next} ${style.dim(`(exit code ${DIAGNOSIS_EXIT_CODES[diagnosis.result]})`)}`;
}
