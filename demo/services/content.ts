import { contentError } from '../content-wire.ts';
import {
  type Active,
  type Answer,
  changeEnvelope,
  JSON_HEADERS,
  jsonAnswer,
  type Window,
} from '../fault-effects.ts';
import { type Population, rowStore } from '../population.ts';
import { objectRows, type RowStore } from '../rows.ts';
import { JWT_LIFETIME, Jwts } from './jwts.ts';
import { arrayAnswer, listingAnswer } from './listing.ts';
import { bearer, type Question, type Service, whole } from './service.ts';

export interface ContentOptions {
  readonly population: Population;
  readonly secret: string;
  readonly clamp: { readonly employees?: number };
  /** Whether the secret's key has the Super Admin role, without which access roles cannot be read. */
  readonly superAdmin: boolean;
}

const STATUSES = [
  'created',
  'active',
  'invited',
  'removed',
  'deactivated',
  'preBoardingInvited',
  'preBoardingActive',
];

/** Leapsome's Content API. */
export class ContentService implements Service {
  readonly name = 'content';
  readonly rateLimit = 20;
  readonly headers = JSON_HEADERS;
  readonly jwts = new Jwts();
  readonly #options: ContentOptions;
  readonly #employees: RowStore;
  readonly #accessRoles: RowStore;

  constructor(options: ContentOptions) {
    this.#options = options;
    this.#employees = rowStore(options.population.employees);
    this.#accessRoles = rowStore(options.population.accessRoles);
  }

  answer({ path, query, headers, active }: Question): Answer {
    if (path === '/token') return this.#token(query.secret, active);
    if (!this.jwts.open(bearer(headers), active)) return this.tokenInvalid();
    if (path === '/employees') return this.#page(query, active);
    if (path !== '/access-roles') return this.refusal(404, 'Not found');
    if (!this.#options.superAdmin) {
      return this.refusal(403, 'Insufficient permissions. Super Admin access role is required.');
    }
    return arrayAnswer(this.#accessRoles, active, JSON_HEADERS);
  }

  refusal(status: number, message: string): Answer {
    return jsonAnswer(status, contentError(status, message));
  }

  tokenInvalid(): Answer {
    return this.refusal(401, 'Authorization failed. Token is missing or invalid.');
  }

  reset(): void {
    this.jwts.reset();
  }

  #token(secret: string | undefined, active: readonly Active[]): Answer {
    if (secret !== this.#options.secret) return this.refusal(401, 'Authorization failed');
    const fields = { token: this.jwts.issue(), expiresIn: JWT_LIFETIME };
    return jsonAnswer(200, changeEnvelope(active, fields));
  }

  #page(query: Question['query'], active: readonly Active[]): Answer {
    const page = whole(query.page, 1) ?? 1;
    const asked = whole(query.pageSize, 1) ?? 100;
    if (page === 'bad' || asked === 'bad' || asked > 1000) {
      return this.refusal(400, 'page or pageSize is not valid');
    }
    const store = this.#withStatus(query.status);
    if (store === undefined) return this.refusal(400, 'status is not valid');
    const count = Math.min(asked, this.#options.clamp.employees ?? 1000);
    const from = (page - 1) * count;
    const around = ({ page: told, count: size }: Window) => ({
      meta: { page: told, pageSize: size || count, totalCount: store.total },
    });
    const window = { from, count, startIndex: from + 1, page };
    return listingAnswer({ store, window, field: 'data', around, headers: JSON_HEADERS }, active);
  }

  #withStatus(status: string | undefined): RowStore | undefined {
    if (status === undefined) return this.#employees;
    if (!STATUSES.includes(status)) return undefined;
    const rows = this.#employees.objects(0, this.#employees.total);
    return objectRows(rows.filter((row) => row.status === status));
  }
}
