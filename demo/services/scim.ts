import { type Active, type Answer, jsonAnswer } from '../fault-effects.ts';
import { type Population, rowStore } from '../population.ts';
import { objectRows, type Row, type RowStore } from '../rows.ts';
import { envelope, scimError, serviceProviderConfig } from '../scim-wire.ts';
import { listingAnswer } from './listing.ts';
import { bearer, type Question, type Service, whole } from './service.ts';

export interface ScimOptions {
  readonly population: Population;
  readonly token: string;
  readonly clamp: { readonly users?: number; readonly groups?: number };
}

const HEADERS = { 'content-type': 'application/scim+json; charset=utf-8' };

/** Leapsome's SCIM API. */
export class ScimService implements Service {
  readonly name = 'scim';
  readonly rateLimit = 30;
  readonly headers = HEADERS;
  readonly #token: string;
  readonly #lists: Readonly<Record<string, List>>;

  constructor({ population, token, clamp }: ScimOptions) {
    this.#token = token;
    const limit = clamp.users ?? 5000;
    this.#lists = {
      Users: { store: rowStore(population.users), limit, preset: limit, filterable: 'userName' },
      Groups: {
        store: rowStore(population.groups),
        limit: clamp.groups ?? 1000,
        // Leapsome returns every group when no number is asked for; a tighter clamp of a test still holds.
        preset: clamp.groups ?? Number.POSITIVE_INFINITY,
        filterable: 'displayName',
      },
    };
  }

  answer({ path, query, headers, active }: Question): Answer {
    const given = bearer(headers);
    if (given === undefined) return this.refusal(401, 'Client is not sufficiently authorized');
    if (given !== this.#token) return this.tokenInvalid();
    if (path === '/ServiceProviderConfig') return jsonAnswer(200, serviceProviderConfig(), HEADERS);
    const [, kind = '', id, ...rest] = path.split('/');
    const list = Object.hasOwn(this.#lists, kind) ? this.#lists[kind] : undefined;
    if (list === undefined || rest.length > 0) return this.refusal(404, 'Resource not found');
    return id === undefined ? this.#page(list, query, active) : this.#single(list, decodeURIComponent(id));
  }

  refusal(status: number, detail: string): Answer {
    return jsonAnswer(status, scimError(status, detail), HEADERS);
  }

  tokenInvalid(): Answer {
    return this.refusal(403, 'Invalid token passed');
  }

  #page(list: List, query: Question['query'], active: readonly Active[]): Answer {
    const count = whole(query.count, 0);
    const startIndex = whole(query.startIndex, 1) ?? 1;
    if (count === 'bad' || startIndex === 'bad') return this.refusal(400, 'count or startIndex is not valid');
    const store = query.filter === undefined ? list.store : filtered(list, query.filter);
    if (store === undefined) return this.refusal(400, 'This filter is not supported');
    const window = {
      startIndex,
      from: startIndex - 1,
      count: count === undefined ? list.preset : Math.min(count, list.limit),
    };
    const around = ({ startIndex: told }: { startIndex: number }, rows: number) =>
      envelope(store.total, told, rows);
    return listingAnswer({ store, window, field: 'Resources', around, headers: HEADERS }, active);
  }

  #single({ store }: List, id: string): Answer {
    const rows = store.objects(0, store.total);
    const found = rows.find((row) => row.id === id) ?? rows.find((row) => row.externalId === id);
    return found === undefined ? this.refusal(404, 'Resource not found') : jsonAnswer(200, found, HEADERS);
  }
}

interface List {
  readonly store: RowStore;
  /** Rows at most, whatever is asked for. */
  readonly limit: number;
  /** Rows when no number is asked for. */
  readonly preset: number;
  readonly filterable: 'userName' | 'displayName';
}

/** The rows that `field eq "value"` means; undefined for any other filter. */
function filtered({ store, filterable }: List, filter: string): RowStore | undefined {
  const [, field, quoted, bare] = /^\s*(\w+)\s+eq\s+(?:"([^"]*)"|(\S+))\s*$/i.exec(filter) ?? [];
  if (field?.toLowerCase() !== filterable.toLowerCase()) return undefined;
  const wanted = (quoted ?? bare ?? '').toLowerCase();
  const hit = (row: Row) => String(row[filterable]).toLowerCase() === wanted;
  return objectRows(store.objects(0, store.total).filter(hit));
}
