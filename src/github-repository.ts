import { CheckError, failure } from './errors.ts';
import { createHttpClient } from './http/client.ts';
import type { AdviceByStatus } from './http/explain.ts';
import type { HttpClient, HttpDeps } from './http/types.ts';
import { POLICY_BYTES } from './model/limits.ts';
import { NAME, VERSION } from './version.ts';

/** What the requests of a repository need. */
export interface RepositoryTools {
  readonly http: HttpDeps;
  readonly signal: AbortSignal;
  /** When it must be done, on the monotonic clock of `http`. */
  readonly deadline: number;
}

/** GitHub could not tell: nothing is known then, whereas a CheckError is about a file that is there. */
export class Unavailable extends Error {}

const AT_ONCE = 8;
/** 404 means that there is no such thing. Of 403 the number alone is known here, and GitHub says many things with it. */
const ADVICE: AdviceByStatus = {
  401: {
    code: 'auth-rejected',
    cause: 'the token has expired or is wrong, look at "github-token"',
    hint: '',
  },
  403: {
    code: 'auth-rejected',
    cause:
      'the job needs "permissions: contents: read"; if it has that, GitHub limits the requests of this token for now, or a rule of the organisation keeps it out',
    hint: '',
  },
};

interface Content {
  readonly type?: unknown;
  readonly encoding?: unknown;
  readonly content?: unknown;
  readonly size?: unknown;
  readonly sha?: unknown;
}

/** Reads commits and files of one repository through GitHub's REST API (`contents: read`). */
export class Repository {
  readonly #client: HttpClient;
  readonly #path: string;

  /** @throws Unavailable when the environment names no address that could be asked */
  constructor(name: string, token: string, { http, signal, deadline }: RepositoryTools) {
    const address = http.env.GITHUB_API_URL || 'https://api.github.com';
    if (!URL.canParse(address)) throw new Unavailable('GITHUB_API_URL is not a URL');
    this.#path = `repos/${name.split('/').map(encodeURIComponent).join('/')}`;
    this.#client = createHttpClient(
      {
        baseUrl: new URL(address),
        service: "GitHub's API",
        headers: { authorization: `Bearer ${token}`, 'x-github-api-version': '2022-11-28' },
        // One form for files and directories alike.
        accept: 'application/vnd.github.object+json',
        secrets: [token],
        rate: { perSecond: 20, burst: AT_ONCE },
        concurrency: AT_ONCE,
        userAgent: `${NAME}/${VERSION}`,
        signal,
        deadline,
      },
      http,
      // The largest policy file in base64, and what is around it.
      { advice: () => ADVICE, limits: { bodyBytes: POLICY_BYTES * 1.5 } },
    );
  }

  /** The parents of a commit; undefined when there is no such commit, or the token may not see it. @throws Unavailable */
  async parents(sha: string): Promise<string[] | undefined> {
    const commit = (await this.#get(`git/commits/${encodeURIComponent(sha)}`)) as
      | { parents?: { sha?: unknown }[] }
      | undefined;
    if (commit === undefined) return undefined;
    if (!Array.isArray(commit?.parents)) throw odd();
    return commit.parents.map((parent) => String(parent?.sha));
  }

  /**
   * A file of a commit; undefined when there is none, or the token may not see it.
   * @throws CheckError when what is there cannot be a file of a policy, Unavailable
   */
  async file(path: string, ref: string): Promise<Uint8Array | undefined> {
    const place = path.split('/').map(encodeURIComponent).join('/');
    const content = (await this.#get(`contents/${place}`, { ref })) as Content | undefined;
    if (content === undefined) return undefined;
    // A symbolic link to a file of the repository is answered as that file.
    if (content?.type !== 'file')
      throw failure('policy-invalid', `${path} is no regular file.`, 'name the policy file itself');
    if (typeof content.size !== 'number') throw odd();
    if (content.size > POLICY_BYTES)
      throw failure('policy-invalid', `${path} is too large.`, 'split it with "include"');
    // Above 1 MB the text is not in the answer.
    return decoded(content.encoding === 'base64' ? content : await this.#get(`git/blobs/${content.sha}`));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** Undefined for "not found", which GitHub says also to whoever may not look. */
  async #get(path: string, query: Readonly<Record<string, string>> = {}): Promise<unknown> {
    try {
      return (await this.#client.getJson(`${this.#path}/${path}`, query)) ?? null;
    } catch (error) {
      if (!(error instanceof CheckError)) throw error;
      if (error.status === 404) return undefined;
      throw new Unavailable(error.problems[0]!.message.replace(/\.$/, ''));
    }
  }
}

function decoded(blob: unknown): Uint8Array {
  const { encoding, content, size } = (blob ?? {}) as Content;
  if (encoding !== 'base64' || typeof content !== 'string') throw odd();
  const bytes = Buffer.from(content, 'base64');
  if (bytes.length !== size) throw odd();
  return bytes;
}

function odd(): Unavailable {
  return new Unavailable("GitHub's API gave an answer that makes no sense");
}
