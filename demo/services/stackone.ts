import type { IncomingHttpHeaders } from 'node:http';
import { type Active, type Answer, JSON_HEADERS, jsonAnswer, type Window } from '../fault-effects.ts';
import { type Population, rowStore } from '../population.ts';
import type { RowStore } from '../rows.ts';
import { stackOneError } from '../stackone-wire.ts';
import { cursor, rowOfCursor } from './cursors.ts';
import { listingAnswer } from './listing.ts';
import { type Question, type Service, whole } from './service.ts';

export interface StackOneOptions {
  readonly population: Population;
  readonly key: string;
  readonly accountId: string;
  readonly clamp: { readonly stackone?: number };
}

/** StackOne's unified IAM API with one linked account. */
export class StackOneService implements Service {
  readonly name = 'stackone';
  readonly rateLimit = 0;
  readonly headers = JSON_HEADERS;
  readonly #options: StackOneOptions;
  readonly #lists: ReadonlyMap<string, RowStore>;

  constructor(options: StackOneOptions) {
    this.#options = options;
    const { users, groups, roles } = options.population.stackone ?? {};
    this.#lists = new Map([
      ['/unified/iam/users', rowStore(users)],
      ['/unified/iam/groups', rowStore(groups)],
      ['/unified/iam/roles', rowStore(roles)],
    ]);
  }

  answer({ path, query, headers, active }: Question): Answer {
    if (!this.#knows(headers.authorization)) return this.tokenInvalid();
    const account = headers['x-account-id'];
    if (account === undefined) return this.refusal(400, 'Missing required header: x-account-id');
    if (account !== this.#options.accountId) return this.refusal(404, 'Account not found');
    const store = this.#lists.get(path);
    return store === undefined ? this.refusal(404, 'Not found') : this.#page(path, store, query, active);
  }

  refusal(status: number, message: string): Answer {
    return jsonAnswer(status, stackOneError(status, message));
  }

  tokenInvalid(): Answer {
    return this.refusal(401, 'Unauthorized');
  }

  /** The key is the user name; there is no password. */
  #knows(authorization: IncomingHttpHeaders['authorization']): boolean {
    const encoded = /^Basic (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return Buffer.from(encoded, 'base64').toString() === `${this.#options.key}:`;
  }

  #page(path: string, store: RowStore, query: Question['query'], active: readonly Active[]): Answer {
    const size = whole(query.page_size, 1) ?? 25;
    if (size === 'bad') return this.refusal(400, 'page_size is not valid');
    const from = query.next === undefined ? 0 : rowOfCursor(path, query.next);
    if (from === undefined) return this.refusal(400, 'Invalid cursor');
    const count = Math.min(size, this.#options.clamp.stackone ?? 100);
    const around = (window: Window) => ({ next: cursorAfter(path, window, store.total) });
    const window = { from, count, startIndex: from + 1 };
    return listingAnswer({ store, window, field: 'data', around, headers: JSON_HEADERS }, active);
  }
}

function cursorAfter(list: string, { startIndex, count, turn = 0 }: Window, total: number): string | null {
  const end = startIndex - 1 + count;
  return end < total ? cursor(list, end, turn) : null;
}
