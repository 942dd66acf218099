import type { Intern } from './intern.ts';

/** An object as it came from JSON. Its keys are hostile: `__proto__` and `constructor` may be among them. */
export type Raw = Readonly<Record<string, unknown>>;

/** A field that is not what it must be. Names the field and never its content. */
export class FieldError extends Error {
  readonly field: string;

  constructor(field: string) {
    super(field);
    this.field = field;
  }
}

/** The value of an object's own key; what it inherits does not count. */
export function own(raw: Raw, key: string): unknown {
  return Object.hasOwn(raw, key) ? raw[key] : undefined;
}

/** An object, or undefined where there is none. */
export function optionalObject(value: unknown, field: string): Raw | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object' || Array.isArray(value)) throw new FieldError(field);
  return value as Raw;
}

/** An object; nothing else will do. */
export function requiredObject(value: unknown, field: string): Raw {
  const raw = optionalObject(value, field);
  if (raw === undefined) throw new FieldError(field);
  return raw;
}

/** A text, or undefined where there is none; the empty text is none. */
export function optionalText(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') throw new FieldError(field);
  return value;
}

/** A text, or a number in its place: a level or a cost center may well come as one. */
export function optionalValue(value: unknown, field: string): string | undefined {
  const isExact = Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));
  return isExact ? String(value) : optionalText(value, field);
}

/** A text that says something. */
export function requiredText(value: unknown, field: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new FieldError(field);
  return value;
}

/** An id: a text, or a whole number small enough that JSON has not rounded it (RFC 8259 §6). */
export function requiredId(value: unknown, field: string): string {
  return Number.isSafeInteger(value) ? String(value) : requiredText(value, field);
}

export function optionalId(value: unknown, field: string): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : requiredId(value, field);
}

/** Unknown is not the same as no: what cannot be understood is refused. */
export function requiredFlag(value: unknown, field: string): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0) return false;
  const word = typeof value === 'string' ? value.toLowerCase() : '';
  if (word !== 'true' && word !== 'false') throw new FieldError(field);
  return word === 'true';
}

export function optionalFlag(value: unknown, field: string): boolean | undefined {
  return value === undefined || value === null ? undefined : requiredFlag(value, field);
}

const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?=$|T)/;

const SHORT_MONTHS: ReadonlySet<string> = new Set(['04', '06', '09', '11']);

/** By arithmetic: a `Date` for each of hundreds of thousands of days would cost a fifth of the reading. */
function isInCalendar(date: string): boolean {
  const day = Number(date.slice(8));
  if (day <= 28) return true;
  const month = date.slice(5, 7);
  if (month !== '02') return day <= (SHORT_MONTHS.has(month) ? 30 : 31);
  return day === 29 && isLeapYear(Number(date.slice(0, 4)));
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** A date; of a date with a time, the date as written. */
export function optionalDate(value: unknown, field: string): string | undefined {
  const text = optionalText(value, field);
  if (text === undefined) return undefined;
  const date = DATE.exec(text)?.[0];
  // A day that no calendar has, such as 30 February, could neither be passed nor not be passed.
  if (date === undefined || !isInCalendar(date)) throw new FieldError(field);
  return date;
}

/**
 * Only the custom attributes that the policy names: their ids tell nothing, and one may well be a salary.
 * Undefined when the policy names none.
 */
export function pickCustom(
  raw: Raw,
  ids: readonly string[],
  intern: Intern,
): Readonly<Record<string, string>> | undefined {
  if (ids.length === 0) return undefined;
  const custom: Record<string, string> = Object.create(null);
  for (const id of ids) {
    const value = own(raw, id);
    const isPlain = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
    const text = isPlain ? String(value) : optionalText(value, `custom attribute ${id}`);
    if (text !== undefined) custom[id] = intern(text);
  }
  return custom;
}
