import type { HttpClient } from '../http/types.ts';
import type { SourceName } from '../model/facts.ts';
import type { SourceEvidence, Tally } from '../model/snapshot.ts';
import type { WalkTally } from './ledger.ts';
import type { Pace } from './types.ts';
import type { Walked } from './walk.ts';

const NONE: WalkTally = { pages: 0, reported: 0, received: 0, unique: 0 };

/** Requests a second that each service documents as its limit; StackOne publishes none. */
const LIMITS = { scim: 30, content: 20, stackone: undefined } as const satisfies Record<
  SourceName,
  number | undefined
>;

type Counters = Pick<HttpClient, 'requests' | 'retries' | 'refusals' | 'busiestSecond' | 'ceiling'>;

/** What a source writes down about its own reading, as proof that all of it was read. */
export class Books {
  readonly warnings = new Set<string>();
  complete = false;
  readonly #name: SourceName;
  readonly #endpoint: string;
  readonly #client: Counters;
  readonly #tallies: Partial<Record<keyof Tally, WalkTally>>;

  /** `endpoint` as it may be shown. */
  constructor(name: SourceName, endpoint: string, client: Counters) {
    this.#name = name;
    this.#endpoint = endpoint;
    this.#client = client;
    this.#tallies = { users: NONE, groups: NONE };
  }

  /** Replaces what is known of a list so far. */
  enter(kind: keyof Tally, tally: WalkTally): void {
    this.#tallies[kind] = tally;
  }

  note(...walked: readonly Pick<Walked<unknown>, 'warnings'>[]): void {
    for (const { warnings } of walked) for (const warning of warnings) this.warnings.add(warning);
  }

  /** Right at any moment, also in the middle of a reading that failed. */
  evidence(): SourceEvidence {
    const announces = Object.values(this.#tallies).every((tally) => tally.reported !== undefined);
    return {
      name: this.#name,
      endpoint: this.#endpoint,
      requests: this.#client.requests,
      retries: this.#client.retries,
      refusals: this.#client.refusals,
      pages: this.#count((tally) => tally.pages),
      reported: announces ? this.#count((tally) => tally.reported ?? 0) : null,
      received: this.#count((tally) => tally.received),
      unique: this.#count((tally) => tally.unique),
      complete: this.complete,
      warnings: [...this.warnings],
    };
  }

  /** How close the reading came to what the service allows. */
  pace(): Pace {
    const { busiestSecond, ceiling } = this.#client;
    return { busiestSecond, ceiling, limit: LIMITS[this.#name] };
  }

  #count(number: (tally: WalkTally) => number): Tally {
    const { users = NONE, groups = NONE, roles } = this.#tallies;
    return {
      users: number(users),
      groups: number(groups),
      ...(roles ? { roles: number(roles) } : {}),
    };
  }
}
