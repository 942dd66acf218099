import type { Problem } from './model/problem.ts';
import { forLog } from './reporters/escape.ts';
import { PLAIN, type Style } from './reporters/style.ts';
import type { Validation } from './validate.ts';

/** The outcome of `validate` for a terminal or log; the last line is the verdict. */
export function validationText(validation: Validation, style: Style = PLAIN): string {
  const problems = validation.problems.map((problem) => problemText(problem, style));
  const files = validation.files.map((file) => forLog(file.path)).join(', ');
  const verdict =
    validation.result === 'valid'
      ? `${style.bold(style.green('✔ The policy is valid.'))} ${files}. Leapsome was not asked: run "check" to compare.`
      : `${style.bold(style.yellow('? Could not check: the policy cannot be used as it is.'))} ${counted(problems.length)}. ${style.dim('(exit code 2)')}`;
  return `${[...problems, verdict].join('\n\n')}\n`;
}

function problemText({ message, hint }: Problem, style: Style): string {
  const lines = message.split('\n').map(forLog);
  // A code frame carries its hint behind the caret already.
  const own = lines.length > 1 ? [] : [`  ${style.dim(forLog(hint))}`];
  return [style.bold(lines[0]!), ...lines.slice(1), ...own].join('\n');
}

function counted(count: number): string {
  return `${count} mistake${count === 1 ? '' : 's'}`;
}
