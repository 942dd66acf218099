import type { Company } from '../../../demo/company.ts';
import type { Fault, Json } from '../../../demo/faults.ts';
import type { LoggedRequest, StandIn, StandInOptions } from '../../../demo/stand-in.ts';
import type { SourceName } from '../../../src/model/facts.ts';
import type { ProblemCode } from '../../../src/model/problem.ts';
import type { SourceEvidence } from '../../../src/model/snapshot.ts';
import type { HttpTools, Reading, Wanted } from '../../../src/sources/types.ts';
import type { Case, Exceptions } from './cases.ts';
import { type Place, SUBJECTS, type Subject } from './subjects.ts';
import type { Told } from './truth.ts';

/** What the services do, and what they are asked with. */
export interface Setup {
  /** Applied to the requests of every service; only the source under test asks. */
  readonly faults?: readonly Fault[] | ((standIn: StandIn) => readonly Fault[]);
  /** Most rows of a page of any service. */
  readonly pages?: number;
  readonly options?: StandInOptions;
  /** Brightwater without contradictions, unless it is another one. */
  readonly company?: Company;
  readonly wanted?: Partial<Wanted>;
  readonly limits?: NonNullable<HttpTools['limits']>;
  /** Milliseconds that the run may last (five minutes). Waits between attempts count, though nobody waits. */
  readonly runMs?: number;
  /** Time passes as it does, where a row is about nothing else. */
  readonly realTime?: boolean;
  readonly env?: Readonly<Record<string, string>>;
  /** Other credentials, or another place, than those of the stand-in. */
  readonly place?: (place: Place) => Partial<Place>;
  /** A server between the source and the stand-in, or in its stead. */
  readonly server?: (standIn: StandIn) => Promise<Server>;
  /** The run is cancelled as soon as so many requests have arrived. */
  readonly cancelAt?: number;
  /** More texts that must not appear anywhere. */
  readonly secrets?: readonly string[];
  /** Anything more to look at. */
  readonly also?: (run: Run) => void;
  readonly close?: () => Promise<void>;
}

/** Something that listens at an address of this machine. */
export interface Server {
  readonly url: URL;
  close(): Promise<void>;
}

/** What a reading must come to. */
export type Expected =
  /** Everybody, as the company is; `but` says what a fault made of the truth. */
  | {
      readonly is: 'complete';
      readonly warns?: RegExp;
      readonly but?: (told: Told, subject: Subject) => void;
    }
  /** Nothing: one problem, with the cause and the way out in words. */
  | { readonly is: ProblemCode; readonly says: RegExp; readonly hints?: RegExp };

type Count = number | readonly [least: number, most: number];
/** Requests that the service saw. */
export type Asks = Readonly<Partial<Record<'all' | 'people' | 'other' | 'token', Count>>>;

/** The same for every source, or for each its own. */
export type Per<T> = T | Readonly<Partial<Record<SourceName, T>>>;

/** What a field holds; undefined when it is missing. */
export type Value = Json | undefined;

/** One line of the table. It runs against every source but those that it excepts. */
export interface Row {
  readonly case: Case;
  readonly name: string;
  readonly except?: Exceptions;
  /** The row is tried out with each of these. */
  readonly each?: (subject: Subject) => readonly Value[];
  readonly when: (subject: Subject, value: Value) => Setup | Promise<Setup>;
  readonly must: Per<Expected>;
  readonly asks?: Per<Asks>;
}

/** How a reading went. */
export interface Run {
  readonly reading: Reading | undefined;
  readonly error: unknown;
  readonly evidence: SourceEvidence;
  readonly requests: readonly LoggedRequest[];
  /** Waits in milliseconds, skipped as they were. */
  readonly slept: readonly number[];
  /** What the source said must be masked. */
  readonly masked: readonly string[];
  readonly place: Place;
  readonly standIn: StandIn;
}

/** The one of a `Per` that is meant for a source. */
export function forSource<T extends object>(value: Per<T>, source: SourceName): T {
  if (!('scim' in value || 'content' in value || 'stackone' in value)) return value as T;
  const own = (value as Readonly<Partial<Record<SourceName, T>>>)[source];
  if (own === undefined) throw new Error(`the row says nothing about ${source}`);
  return own;
}

export const COMPLETE = { is: 'complete' } as const;
/** Stands in bodies that nobody may quote. */
export const BODY_CANARY = 'BODY-CANARY-4711';

// ---- faults in few words

/** Requests from the nth on. */
export function from(nth: number): readonly number[] {
  return Array.from({ length: 300 }, (_, index) => nth + index);
}

/** A fault for some path, perhaps only for some of its requests. */
export function on(path: string, fault: Fault, nth?: number | readonly number[]): Fault {
  return { ...fault, path, ...(nth === undefined ? {} : { nth }) };
}

export function onPeople(subject: Subject, fault: Fault, nth?: number | readonly number[]): Fault {
  return on(subject.people, fault, nth);
}

/** Changes one person, counted from 0; a field with `undefined` goes away. */
export function patch(subject: Subject, row: number, fields: Readonly<Record<string, Value>>): Fault {
  const entries = Object.entries(fields);
  return onPeople(subject, {
    kind: 'patch-row',
    row,
    // From entries, so that `__proto__` is a field like any other.
    set: Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined)),
    without: entries.filter(([, value]) => value === undefined).map(([name]) => name),
  });
}

/** Sets or takes away fields around the rows of people. */
export function around(
  subject: Subject,
  set: Readonly<Record<string, Json>>,
  without: readonly string[] = [],
): Fault {
  return onPeople(subject, { kind: 'envelope', set, without });
}

/** The refusal of one person's record: which one and which field, and nothing of what is in it. */
export function refusedRecord(row: number, field: (subject: Subject) => string): Per<Expected> {
  const refused = (words: string): Expected => ({
    is: 'bad-response',
    says: new RegExp(`record that cannot be used: ${words} that can be understood`),
  });
  return Object.fromEntries(
    SUBJECTS.map((subject) => [
      subject.name,
      refused(`${subject.one} ${row + 1} of ${subject.page(1, 100)} has no ${field(subject)}`),
    ]),
  );
}
