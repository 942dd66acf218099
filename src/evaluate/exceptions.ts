import { dayEnd, dayStart } from '../policy/dates.ts';
import { normal } from '../policy/glob.ts';
import type { Exception } from '../policy/types.ts';
import type { Detected } from '../rules/rule.ts';
import type { ExceptionUse } from './evaluation.ts';
import { foldAddress } from './population.ts';

/** What an exception is about, for people: "unexpected-member of sam@example.com in Payroll Admins". */
export function subjectInWords(exception: Exception): string {
  const parts = [exception.rule];
  if (exception.user !== undefined) parts.push(`of ${exception.user}`);
  if (exception.group !== undefined) parts.push(`in ${exception.group}`);
  if (exception.role !== undefined) parts.push(`for the role ${exception.role}`);
  if (exception.name !== undefined) parts.push(`for ${exception.name}`);
  return parts.join(' ');
}

/** Finds the exception that excuses a finding, and remembers how often each was used. */
export class ExceptionBook {
  readonly #byRule = new Map<
    string,
    { exception: Exception; state: ExceptionUse['state']; matches: number }[]
  >();
  readonly #all: { exception: Exception; state: ExceptionUse['state']; matches: number }[] = [];

  constructor(exceptions: readonly Exception[], asOf: number) {
    for (const exception of exceptions) {
      const use = { exception, state: stateAt(exception, asOf), matches: 0 };
      this.#all.push(use);
      const list = this.#byRule.get(exception.rule) ?? [];
      list.push(use);
      this.#byRule.set(exception.rule, list);
    }
  }

  /** The exception in force that excuses this finding of `rule`, if there is one. */
  excuse(rule: string, found: Detected): Exception | undefined {
    let excuse: Exception | undefined;
    for (const use of this.#byRule.get(rule) ?? []) {
      if (!concerns(use.exception, found)) continue;
      use.matches++;
      if (use.state === 'in-force') excuse ??= use.exception;
    }
    return excuse;
  }

  uses(): readonly ExceptionUse[] {
    return this.#all;
  }
}

function stateAt(exception: Exception, asOf: number): ExceptionUse['state'] {
  if (exception.granted !== undefined && dayStart(exception.granted)! > asOf) return 'not-yet';
  return dayEnd(exception.expires)! <= asOf ? 'expired' : 'in-force';
}

function concerns(exception: Exception, found: Detected): boolean {
  if (exception.user !== undefined && !isPerson(exception.user, found)) return false;
  if (exception.group !== undefined && !isNamed(exception.group, found.group)) return false;
  if (exception.role !== undefined && !isNamed(exception.role, found.role)) return false;
  return exception.name === undefined || exception.name === found.name;
}

function isPerson(name: string, { user, key }: Detected): boolean {
  const folded = foldAddress(name);
  // missing-account is about a name without an account.
  if (!user) return key !== undefined && foldAddress(key) === folded;
  return (
    user.id.toLowerCase() === folded ||
    foldAddress(user.userName) === folded ||
    user.addresses.some((address) => foldAddress(address) === folded)
  );
}

function isNamed(name: string, target: { readonly id: string; readonly name: string } | undefined): boolean {
  return target !== undefined && (target.id === name || normal(target.name) === normal(name));
}
