import type { Client } from './client.ts';
import { isLimit } from './failure.ts';

/** Whoever wrote something, as the REST API names them; null for an account that is gone. */
export type Writer = { readonly login?: unknown } | null | undefined;

/** The account of `GITHUB_TOKEN`, the token that a job has by itself. */
const ACTIONS = 'github-actions[bot]';

/** Knows which texts are ours: those of the account that the token belongs to. */
export class Author {
  readonly #client: Client;
  #login: string | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** Takes the answer to something that we wrote just now, which says it best. */
  learn(writer: Writer): void {
    if (typeof writer?.login === 'string') this.#login = writer.login;
  }

  async wrote(writer: Writer): Promise<boolean> {
    this.#login ??= await this.#ask();
    return writer?.login === this.#login;
  }

  /** Accounts of people answer to REST. Apps, and so the token of a job, are told by GraphQL alone who they are. */
  async #ask(): Promise<string> {
    try {
      const { data } = await this.#client.rest.users.getAuthenticated();
      if (typeof data?.login === 'string') return data.login;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    try {
      const answer = await this.#client.graphql<{ viewer?: { login?: unknown } } | null>(
        '{ viewer { login } }',
      );
      const login = answer?.viewer?.login;
      if (typeof login === 'string') return login.endsWith('[bot]') ? login : `${login}[bot]`;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    return ACTIONS;
  }
}

/** The service is fine, and this is nothing that it tells: with an HTTP status, or with the errors of GraphQL. */
function isRefused(error: unknown): boolean {
  // Another answer would come later, and a guess instead of it would make strangers of our own texts.
  if (isLimit(error)) return false;
  const { status, errors } = (error ?? {}) as { status?: unknown; errors?: unknown };
  return status === 403 || status === 404 || (status === undefined && Array.isArray(errors));
}
