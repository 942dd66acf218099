import type { Role } from '../model/snapshot.ts';
import { dayEnd, dayStart, daysToMs } from '../policy/dates.ts';
import { normal } from '../policy/glob.ts';
import type { Exception } from '../policy/types.ts';
import type { Detected } from '../rules/rule.ts';
import type { ExceptionUse } from './evaluation.ts';
import { foldAddress, type Population } from './population.ts';

/** Whom and what an exception is about, for people: "sam@example.com in Payroll Admins". */
export function subjectInWords({ user, group, role, name }: Exception): string {
  const place = group ?? (role === undefined ? undefined : `the role ${role}`);
  if (user === undefined) return place ?? 'all accounts';
  if (place !== undefined) return `${user} in ${place}`;
  return name === undefined ? user : `${user} for ${name}`;
}

/** The first moment at which an exception is no longer valid. */
export function endOf(exception: Exception): number {
  return dayEnd(exception.expires)!;
}

/** True when the last day of an exception is at most so many days ahead, or is over. */
export function endsWithin({ expires }: Exception, days: number, asOf: number): boolean {
  return dayStart(expires)! - daysToMs(days) <= asOf;
}

/** An exception with the accounts, groups and roles that its names stand for. */
interface Resolved {
  readonly exception: Exception;
  readonly state: ExceptionUse['state'];
  readonly users: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly roles: readonly string[] | undefined;
}

/** Finds the exception that excuses a finding. */
export class ExceptionBook {
  readonly #all: readonly Resolved[];
  readonly #byRule: ReadonlyMap<string, readonly Resolved[]>;

  constructor(exceptions: readonly Exception[], population: Population, asOf: number) {
    this.#all = exceptions.map((exception) => resolve(exception, population, asOf));
    this.#byRule = Map.groupBy(this.#all, ({ exception }) => exception.rule);
  }

  /** The exception in force that excuses this finding of `rule`, if there is one. */
  excuse(rule: string, found: Detected): Exception | undefined {
    return this.#concerning(rule, found).find(({ state }) => state === 'in-force')?.exception;
  }

  /** How every exception stands, given all findings of a run, each once. */
  uses(
    findings: readonly { readonly rule: { readonly id: string }; readonly found: Detected }[],
  ): ExceptionUse[] {
    const matches = new Map<Resolved, number>();
    for (const { rule, found } of findings) {
      for (const one of this.#concerning(rule.id, found)) matches.set(one, (matches.get(one) ?? 0) + 1);
    }
    return this.#all.map((one) => ({
      exception: one.exception,
      state: one.state,
      matches: matches.get(one) ?? 0,
    }));
  }

  /** What stands in the way of exceptions whose names fit several accounts or groups: such a name excuses nothing. */
  doubts(): string[] {
    return this.#all.flatMap(({ exception, users, groups, roles }) => {
      const { rule, user, group, role } = exception;
      // One address on several accounts is the very thing that this rule is about.
      const ambiguous = [
        { name: user, ids: rule === 'duplicate-identity' ? undefined : users, what: 'accounts' },
        { name: group, ids: groups, what: 'groups' },
        { name: role, ids: roles, what: 'access roles' },
      ].filter(({ ids }) => ids !== undefined && ids.length > 1);
      return ambiguous.map(
        ({ name, ids, what }) =>
          `The exception from ${rule} names "${name}", which ${ids!.length} ${what} have (${[...ids!].sort().join(', ')}): it excuses nothing. Name one of them by its id.`,
      );
    });
  }

  #concerning(rule: string, found: Detected): Resolved[] {
    return (this.#byRule.get(rule) ?? []).filter((one) => concerns(one, found));
  }
}

function resolve(exception: Exception, population: Population, asOf: number): Resolved {
  const { user, group, role } = exception;
  return {
    exception,
    state: stateAt(exception, asOf),
    users: user === undefined ? undefined : population.named(user).map(({ id }) => id),
    groups: group === undefined ? undefined : idsOr(group, population.groupsCalled(group)),
    roles: role === undefined ? undefined : idsOr(role, rolesCalled(role, population)),
  };
}

/** What nobody is called is taken for an id that the service does not list. */
function idsOr(name: string, targets: readonly { readonly id: string }[]): string[] {
  return targets.length > 0 ? targets.map(({ id }) => id) : [name];
}

/** The role of this id, else all roles of this name. There are few of them. */
function rolesCalled(text: string, population: Population): readonly Role[] {
  const roles = population.roles() ?? [];
  const role = roles.find(({ id }) => id === text);
  return role ? [role] : roles.filter(({ name }) => normal(name) === normal(text));
}

function stateAt(exception: Exception, asOf: number): ExceptionUse['state'] {
  if (exception.granted !== undefined && dayStart(exception.granted)! > asOf) return 'not-yet';
  return endOf(exception) <= asOf ? 'expired' : 'in-force';
}

function concerns({ exception, users, groups, roles }: Resolved, found: Detected): boolean {
  if (users && !isPerson(exception.user!, users, found)) return false;
  if (groups && !isExactly(groups, found.group)) return false;
  if (roles && !isExactly(roles, found.role)) return false;
  return exception.name === undefined || exception.name === found.name;
}

function isPerson(name: string, users: readonly string[], { user, people, key }: Detected): boolean {
  // missing-account is about a name without an account.
  if (!user) return key !== undefined && foldAddress(key) === foldAddress(name);
  const about = people ?? [user];
  return users.length > 0 && users.every((id) => about.some((person) => person.id === id));
}

/** A name that fits two targets excuses neither: nobody can tell which one was meant. */
function isExactly(ids: readonly string[], target: { readonly id: string } | undefined): boolean {
  return target !== undefined && ids.length === 1 && ids[0] === target.id;
}
