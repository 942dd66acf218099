import { parseArgs } from 'node:util';
import { type CheckError, failure } from './errors.ts';
import { didYouMean } from './policy/suggest.ts';

/** What a command takes that works from files alone, and so has options of its own instead of inputs. */
export interface OptionTable<Name extends string> {
  readonly command: string;
  /** Every option with a line of help. */
  readonly options: Readonly<Record<Name, string>>;
  /** Options without a value. */
  readonly switches?: readonly NoInfer<Name>[];
  /** Options that may stand there several times. */
  readonly lists?: readonly NoInfer<Name>[];
  /** What stands there without a name, such as `DIR`; nothing may when it is missing. */
  readonly operands?: string;
}

/** The arguments of a command, as they were given. */
export interface GivenOptions<Name extends string> {
  readonly wantsHelp: boolean;
  readonly operands: readonly string[];
  readonly has: (name: Name) => boolean;
  /** The value of an option, exactly as it stands there: a name may end with a blank. Never blank altogether. */
  readonly one: (name: Name) => string | undefined;
  /** The same of an option that may stand there several times. */
  readonly several: (name: Name) => readonly string[];
}

/**
 * Reads the arguments of a command that has options of its own.
 * @throws CheckError for arguments that cannot be understood
 */
export function readOptions<Name extends string>(
  table: OptionTable<Name>,
  args: readonly string[],
): GivenOptions<Name> {
  const { command, options, switches = [], lists = [], operands } = table;
  const isSwitch = (name: string) => name === 'help' || (switches as readonly string[]).includes(name);
  const { values, tokens } = parseArgs({
    args: [...args],
    strict: false,
    tokens: true,
    allowNegative: false,
    options: {
      ...Object.fromEntries(
        Object.keys(options).map((name) => [
          name,
          isSwitch(name)
            ? { type: 'boolean' as const }
            : { type: 'string' as const, multiple: true as const },
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
  });
  const known = [...Object.keys(options), 'help'];
  const found: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (operands === undefined) throw unexpected(token.value, command);
      found.push(token.value);
    } else if (token.kind === 'option') {
      refuseOption(token, { command, known, isSwitch });
      if (!isSwitch(token.name) && token.value?.trim() === '') throw withoutValue(token);
    }
  }
  const several = (name: Name) => (values[name] ?? []) as string[];
  return {
    wantsHelp: values.help === true,
    operands: found,
    has: (name) => values[name] === true,
    several,
    one: (name) => {
      const given = several(name);
      if (given.length > 1 && !(lists as readonly string[]).includes(name))
        throw failure('input-invalid', `--${name} stands there ${given.length} times.`, 'Keep one of them.');
      return given[0];
    },
  };
}

/** An option as `parseArgs` found it. */
interface OptionToken {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
}

/** @throws CheckError for an option that the command does not have, or that lacks its value */
export function refuseOption(
  token: OptionToken,
  {
    command,
    known,
    isSwitch,
  }: {
    readonly command: string;
    readonly known: readonly string[];
    readonly isSwitch: (name: string) => boolean;
  },
): void {
  if (!known.includes(token.name))
    throw failure(
      'input-invalid',
      `There is no option "${token.rawName}".${didYouMean(token.name, known)}`,
      `Options of ${command}: ${known.map((name) => `--${name}`).join(', ')}.`,
    );
  // A value that looks like an option is far more often a forgotten value.
  const isForgotten = !token.inlineValue && (token.value === undefined || token.value.startsWith('--'));
  if (isForgotten && !isSwitch(token.name)) throw withoutValue(token);
}

function withoutValue({ rawName }: OptionToken): CheckError {
  return failure('input-invalid', `${rawName} needs a value.`, `Write ${rawName}=VALUE.`);
}

/** The failure of a command that knows nothing to do with an argument; `also` goes on about how arguments are written. */
export function unexpected(value: string, command: string, also = ''): CheckError {
  return failure(
    'input-invalid',
    `"${value}" was not expected.`,
    `Options start with "--"${also}. Try ${command} --help.`,
  );
}

/**
 * The format that goes to standard output; the first when none is named.
 * @throws CheckError for one that does not exist
 */
export function formatOf<Format extends string>(
  given: string | undefined,
  formats: readonly Format[],
): Format {
  const format = given === undefined ? formats[0] : formats.find((candidate) => candidate === given);
  if (format !== undefined) return format;
  throw failure(
    'input-invalid',
    `--format cannot be "${given}".${didYouMean(given ?? '', formats)}`,
    `Possible: ${formats.join(', ')}.`,
  );
}

/** The parts of a list that is separated by commas. */
export function split(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The options with their lines of help, for `--help`. */
export function optionLines(options: Readonly<Record<string, string>>): string[] {
  return Object.entries(options).map(([name, text]) => `  --${name.padEnd(20)} ${text}`);
}
