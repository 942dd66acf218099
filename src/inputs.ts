import { isAbsolute, relative, resolve, sep } from 'node:path';
import { CheckError } from './errors.ts';
import { FORMATS, type Format } from './model/formats.ts';
import { isLoopback } from './model/loopback.ts';
import type { Problem } from './model/problem.ts';
import { type FailOn, SEVERITIES } from './model/severity.ts';
import { didYouMean } from './policy/suggest.ts';

/** What a user can set, by the name that action.yml gives it; the command line has the same as flags. */
export const INPUTS = {
  policy: {
    default: '.github/leapsome-access-policy.yml',
    help: 'policy file, inside of the working directory or at an absolute path that ends in .yml',
  },
  'scim-token': { env: 'LEAPSOME_SCIM_TOKEN', secret: true, help: "token of Leapsome's SCIM API" },
  'scim-url': {
    default: 'https://api.leapsome.com/scim/v1',
    env: 'LEAPSOME_SCIM_URL',
    help: "base URL of Leapsome's SCIM API",
  },
  'api-secret': { env: 'LEAPSOME_API_SECRET', secret: true, help: "API secret of Leapsome's Content API" },
  'api-url': {
    default: 'https://api.leapsome.com/v1',
    env: 'LEAPSOME_API_URL',
    help: "base URL of Leapsome's Content API",
  },
  'stackone-api-key': { env: 'STACKONE_API_KEY', secret: true, help: 'API key of StackOne' },
  'stackone-account-id': {
    env: 'STACKONE_ACCOUNT_ID',
    help: 'id of the Leapsome account that is linked in StackOne',
  },
  'stackone-url': {
    default: 'https://api.stackone.com',
    env: 'STACKONE_URL',
    help: "base URL of StackOne's API",
  },
  'fail-on': { default: 'error', help: 'lightest severity that fails: error, warning, notice or never' },
  'fail-on-existing': {
    default: 'true',
    help: 'in a pull request, fail also for what is there without it: true or false',
  },
  'as-of': { help: 'day or moment to check for, such as 2026-12-31; default: now' },
  'report-dir': { default: 'leapsome-access-report', help: 'directory for the report files' },
  formats: { default: 'json', help: `files to write, separated by commas: ${FORMATS.join(', ')}` },
  snapshot: {
    default: 'false',
    help: 'write snapshot.json, too: who has what, as it was read; true or false',
  },
  'encrypt-to': { help: 'age recipients (age1…) for whom the snapshot is encrypted, separated by commas' },
  'previous-report': {
    help: 'report.json of an earlier run, to tell what is new, and to notice a population that collapsed',
  },
  'personal-data': {
    default: 'auto',
    help: 'show or mask people whom the policy does not name; auto masks unless the repository is private',
  },
  timeout: { default: '5m', help: 'for the whole run, such as 90s or 5m' },
  groups: { help: 'only groups with such a name, for instance "Payroll*"' },
  force: { default: 'false', help: 'replace a file that is there already' },
  comment: { default: 'never', help: 'comment on the pull request: never, on-drift or always' },
  issue: { default: 'never', help: 'open an issue: never or on-drift' },
  'issue-label': { default: 'leapsome-access-drift', help: 'label of that issue' },
  'issue-assignees': { help: 'GitHub users whom the issue is assigned to, separated by commas' },
  reports: { help: 'directories of reports to merge, one a line or separated by commas' },
  expect: { help: 'names of the tenants that a merge has to find, one a line or separated by commas' },
  'max-age': { help: 'how old a report may be that is merged, such as 90m, 24h or 7d; default: any age' },
} as const satisfies Record<string, { default?: string; env?: string; secret?: boolean; help: string }>;
export type InputName = keyof typeof INPUTS;

/** The inputs, each checked. */
export interface Inputs {
  readonly policy: string;
  readonly scim: { readonly token: string | undefined; readonly baseUrl: URL };
  readonly content: { readonly secret: string | undefined; readonly baseUrl: URL };
  readonly stackone: {
    readonly apiKey: string | undefined;
    readonly accountId: string | undefined;
    readonly baseUrl: URL;
  };
  readonly failOn: FailOn;
  /** False when a pull request fails only for what it introduces. */
  readonly failOnExisting: boolean;
  /** Milliseconds since the epoch; undefined means now. */
  readonly asOf: number | undefined;
  readonly reportDir: string;
  readonly formats: readonly Format[];
  readonly snapshot: boolean;
  /** For whom the snapshot is encrypted; none leaves it in the clear. */
  readonly encryptTo: readonly string[];
  readonly previousReport: string | undefined;
  readonly personalData: 'auto' | 'show' | 'mask';
  readonly timeoutMs: number;
  /** A pattern for the names of the groups that `init` writes; undefined means all. */
  readonly groups: string | undefined;
  /** `init` may replace a file. */
  readonly force: boolean;
  readonly comment: 'never' | 'on-drift' | 'always';
  readonly issue: 'never' | 'on-drift';
  readonly issueLabel: string;
  readonly issueAssignees: readonly string[];
  /** Directories of reports to merge, as they were given. */
  readonly reports: readonly string[];
  /** Names of the tenants that a merge has to find; undefined when nobody said. */
  readonly expect: readonly string[] | undefined;
  /** How old a report may be that is merged; undefined takes any. */
  readonly maxAgeMs: number | undefined;
}

export interface InputContext {
  /** What the user gave, by input name; undefined and '' mean nothing. */
  readonly given: (name: InputName) => string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** Options are flags, not inputs of a workflow. */
  readonly commandLine: boolean;
  /** Reports may go to an absolute path: on the command line, and under act, which deletes its workspace. */
  readonly reportsAnywhere: boolean;
}

/** Every secret among the inputs, as given and as used, so that it can be masked before anything else happens. */
export function secretsOf(context: InputContext): string[] {
  const names = (Object.keys(INPUTS) as InputName[]).filter((name) => 'secret' in INPUTS[name]);
  return names.flatMap((name) => {
    const value = raw(context, name);
    if (value === undefined) return [];
    const plain = value.trim();
    // The Content API takes its secret in an address, where it is percent-encoded.
    return [...new Set([value, plain, encodeURIComponent(plain.toWellFormed())])].filter(
      (secret) => secret !== '',
    );
  });
}

/**
 * Checks all inputs at once.
 * @throws CheckError with an `input-invalid` problem for each value that is wrong; a secret's value is never in it.
 */
export function readInputs(context: InputContext): Inputs {
  const reader = new InputReader(context);
  const inputs: Inputs = {
    policy: reader.text('policy')!,
    scim: { token: reader.secret('scim-token'), baseUrl: reader.url('scim-url') },
    content: { secret: reader.secret('api-secret'), baseUrl: reader.url('api-url') },
    stackone: {
      apiKey: reader.secret('stackone-api-key'),
      accountId: reader.secret('stackone-account-id'),
      baseUrl: reader.url('stackone-url'),
    },
    failOn: reader.choice('fail-on', [...SEVERITIES, 'never']),
    failOnExisting: reader.yesOrNo('fail-on-existing'),
    asOf: reader.moment('as-of'),
    reportDir: reader.directory('report-dir'),
    formats: reader.list('formats', FORMATS),
    snapshot: reader.yesOrNo('snapshot'),
    encryptTo: reader.recipients('encrypt-to'),
    previousReport: reader.text('previous-report'),
    personalData: reader.choice('personal-data', ['auto', 'show', 'mask']),
    timeoutMs: reader.duration('timeout'),
    groups: reader.name('groups'),
    force: reader.yesOrNo('force'),
    comment: reader.choice('comment', ['never', 'on-drift', 'always']),
    issue: reader.choice('issue', ['never', 'on-drift']),
    issueLabel: reader.text('issue-label')!,
    issueAssignees: reader.words('issue-assignees'),
    reports: reader.lines('reports'),
    expect: reader.text('expect') === undefined ? undefined : reader.names('expect'),
    maxAgeMs: reader.age('max-age'),
  };
  if (inputs.encryptTo.length > 0 && !inputs.snapshot) reader.nothingToEncrypt();
  if (reader.problems.length > 0) throw new CheckError(reader.problems);
  return inputs;
}

/** Where reports go, when that input is right by itself. */
export function reportDirOf(context: InputContext): string | undefined {
  const reader = new InputReader(context);
  const directory = reader.directory('report-dir');
  return reader.problems.length === 0 ? directory : undefined;
}

const HOURS_6 = 6 * 60 * 60 * 1000;
const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

class InputReader {
  readonly problems: Problem[] = [];
  readonly #context: InputContext;

  constructor(context: InputContext) {
    this.#context = context;
  }

  text(name: InputName): string | undefined {
    const value = raw(this.#context, name)?.trim();
    if (value) return value;
    return (INPUTS[name] as { default?: string }).default;
  }

  /** A name, or a pattern for names, exactly as it stands there: of two groups one may be called "Pay", the other "Pay ". */
  name(name: InputName): string | undefined {
    const { given, commandLine } = this.#context;
    // A block of text in a workflow (`|`) ends with a line end that nobody means.
    const value = commandLine ? given(name) : given(name)?.replace(/[\r\n]+$/, '');
    if (value === undefined || (value === '' && !commandLine)) return undefined;
    if (value.trim() !== '') return value;
    this.#namesNothing(name, 'Write a name, or leave it out.');
    return undefined;
  }

  secret(name: InputName): string | undefined {
    const value = raw(this.#context, name)?.replace(/\r?\n$/, '');
    if (!value) return undefined;
    // Visible ASCII is all that a header may carry, and all that tokens are made of.
    if (!/^[\x21-\x7e]+$/.test(value)) {
      this.#fail(
        name,
        'holds white space or characters that no credential has',
        'Store it again, without spaces, quotes or line breaks.',
      );
      return undefined;
    }
    return value;
  }

  choice<T extends string>(name: InputName, choices: readonly T[]): T {
    const value = this.text(name)!;
    if ((choices as readonly string[]).includes(value)) return value as T;
    this.#fail(
      name,
      `cannot be "${value}".${didYouMean(value, choices)}`,
      `Possible: ${choices.join(', ')}.`,
    );
    return choices[0]!;
  }

  yesOrNo(name: InputName): boolean {
    return this.choice(name, ['true', 'false']) === 'true';
  }

  words(name: InputName): string[] {
    const words = (this.text(name) ?? '').split(/[\s,]+/).filter((word) => word !== '');
    return [...new Set(words)];
  }

  /** Whoever writes this down wants nothing in the clear: it must not come to nobody, as of a variable that is not set. */
  recipients(name: InputName): string[] {
    const words = this.words(name);
    const given = this.#context.given(name);
    const isGiven = given !== undefined && (given !== '' || this.#context.commandLine);
    if (words.length === 0 && isGiven) this.#namesNothing(name, 'Name a recipient (age1…), or leave it out.');
    return words;
  }

  /** Names or paths, which may hold spaces. */
  lines(name: InputName): string[] {
    return [...new Set(this.#lines(name))];
  }

  /** The same, of things that have to have names of their own. */
  names(name: InputName): string[] {
    const names = this.#lines(name);
    if (names.length === 0) this.#namesNothing(name, 'Write the names of the tenants, or leave it out.');
    const twice = names.find((one, index) => names.indexOf(one) < index);
    if (twice !== undefined)
      this.#fail(
        name,
        `names "${twice}" twice`,
        'Give each tenant a name of its own: of two with one name, one report takes the place of the other.',
      );
    return names;
  }

  #lines(name: InputName): string[] {
    const lines = (this.text(name) ?? '').split(/[\r\n,]+/).map((line) => line.trim());
    return lines.filter((line) => line !== '');
  }

  /** No snapshot is written unless it is asked for by its name, nor left out where somebody counts on it. */
  nothingToEncrypt(): void {
    this.#fail(
      'encrypt-to',
      'is there, but no snapshot is asked for, so that there is nothing to encrypt',
      `Ask for it with "snapshot: true" (--snapshot), or leave "encrypt-to" out.`,
    );
  }

  list<T extends string>(name: InputName, choices: readonly T[]): T[] {
    const values = this.words(name);
    if (values.length === 0) this.#namesNothing(name, `Possible: ${choices.join(', ')}.`);
    for (const value of values) {
      if (!(choices as readonly string[]).includes(value)) {
        this.#fail(
          name,
          `has no "${value}".${didYouMean(value, choices)}`,
          `Possible: ${choices.join(', ')}.`,
        );
      }
    }
    return values as T[];
  }

  #namesNothing(name: InputName, hint: string): void {
    this.#fail(name, 'is there, but names nothing', hint);
  }

  url(name: InputName): URL {
    const value = this.text(name)!;
    const fallback = new URL('https://invalid.example');
    const url = URL.canParse(value) ? new URL(value) : undefined;
    if (!url || !/^https?:$/.test(url.protocol)) {
      this.#fail(name, 'is not a URL', `Write it like ${(INPUTS[name] as { default?: string }).default}.`);
    } else if (url.username || url.password) {
      this.#fail(
        name,
        'holds credentials',
        'Remove the part before "@"; credentials have inputs of their own.',
      );
    } else if (url.search || url.hash) {
      this.#fail(name, 'has a query or fragment', 'Write the base URL only.');
    } else if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
      this.#fail(
        name,
        `would send credentials unencrypted to ${url.hostname}`,
        'Use https. Plain http is possible to this machine only.',
      );
    } else {
      return url;
    }
    return fallback;
  }

  moment(name: InputName): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const match =
      /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(
        value,
      );
    const [, day, time = '00:00:00', zone = 'Z'] = match ?? [];
    const at = match ? Date.parse(`${day}T${time}${zone.toUpperCase()}`) : Number.NaN;
    const realDay = match && new Date(`${day}T00:00:00Z`);
    if (
      Number.isNaN(at) ||
      !realDay ||
      Number.isNaN(realDay.getTime()) ||
      !realDay.toISOString().startsWith(day!)
    ) {
      this.#fail(name, `is not a day or moment: "${value}"`, 'Write 2026-12-31 or 2026-12-31T12:00:00Z.');
      return undefined;
    }
    return at;
  }

  duration(name: InputName): number {
    const value = this.text(name)!;
    const match = /^(\d{1,6})(s|m|h)$/.exec(value);
    const ms = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
    if (ms > 0 && ms <= HOURS_6) return ms;
    this.#fail(name, `cannot be "${value}"`, 'Write a time like 90s or 5m, at most 6h.');
    return 1;
  }

  age(name: InputName): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const match = /^(\d{1,4})(m|h|d)$/.exec(value);
    const ms = match ? Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] : 0;
    if (ms > 0) return ms;
    this.#fail(name, `cannot be "${value}"`, 'Write a time like 90m, 24h or 7d.');
    return undefined;
  }

  directory(name: InputName): string {
    const value = this.text(name)!;
    const path = resolve(this.#context.workspace, value);
    const below = relative(this.#context.workspace, path);
    const leaves = below === '..' || below.startsWith(`..${sep}`) || isAbsolute(below);
    if (leaves && !(this.#context.reportsAnywhere && isAbsolute(value))) {
      this.#fail(
        name,
        `leads out of the ${this.#context.commandLine ? 'working directory' : 'workspace'}: "${value}"`,
        'Write a path inside of it.',
      );
    }
    return path;
  }

  #fail(name: InputName, what: string, hint: string): void {
    const flag =
      this.#context.commandLine && !('secret' in INPUTS[name]) ? `--${name}` : `The input "${name}"`;
    this.problems.push({
      code: 'input-invalid',
      message: `${flag} ${what}${what.endsWith('?') || what.endsWith('.') ? '' : '.'}`,
      hint,
    });
  }
}

function raw(context: InputContext, name: InputName): string | undefined {
  const { env, default: fallback } = INPUTS[name] as { env?: string; default?: string };
  const fromEnvironment = env === undefined ? undefined : context.env[env];
  const given = context.given(name);
  if (given === undefined || given.trim() === '') return fromEnvironment;
  // A runner hands in the default of an input that nobody wrote down; the environment says more than that.
  const isDefault = !context.commandLine && given.trim() === fallback;
  return isDefault && fromEnvironment ? fromEnvironment : given;
}
