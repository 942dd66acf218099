import { CheckError, failure } from '../errors.ts';
import { createHttpClient } from '../http/client.ts';
import type { HttpClient } from '../http/types.ts';
import type { SourceName } from '../model/facts.ts';
import type { Credentials } from './index.ts';
import type { HttpTools } from './types.ts';

/** Nobody waits long for a better explanation. */
const PATIENCE_MS = 5_000;

export interface Doors {
  readonly scimUrl: URL;
  readonly apiUrl: URL;
}

/**
 * Leapsome's two credentials are easily confused. Where one was refused, it is tried at the other door, once; when it
 * opens that one, the failure says so. No credential is sent to a host that it was not meant for.
 */
export async function recognise(
  source: SourceName,
  error: CheckError,
  credentials: Credentials,
  doors: Doors,
  tools: HttpTools,
): Promise<CheckError> {
  const isRefusal = error.status === 401 || error.status === 403 || error.status === 400;
  if (!isRefusal || doors.scimUrl.hostname !== doors.apiUrl.hostname) return error;
  if (source === 'scim' && credentials.scim && (await opensContent(credentials.scim.token, doors, tools)))
    return IS_SECRET;
  if (
    source === 'content' &&
    credentials.content &&
    (await opensScim(credentials.content.secret, doors, tools))
  )
    return IS_TOKEN;
  return error;
}

const IS_SECRET = failure(
  'token-kind',
  '`scim-token` (LEAPSOME_SCIM_TOKEN) holds an API secret of the Content API, not a SCIM token.',
  'Hand this value to `api-secret` (LEAPSOME_API_SECRET). The SCIM token is in Leapsome → Settings → Integrations and Imports → HRIS Integrations → SCIM; a new one replaces the one that your identity provider uses.',
);
const IS_TOKEN = failure(
  'token-kind',
  '`api-secret` (LEAPSOME_API_SECRET) holds a SCIM token, not an API secret.',
  'Hand this value to `scim-token` (LEAPSOME_SCIM_TOKEN). An API secret is made in Leapsome → Settings → Integrations and Imports → API Access → Create API Secret.',
);

async function opensContent(secret: string, { apiUrl }: Doors, tools: HttpTools): Promise<boolean> {
  const body = await answerOf(apiUrl, secret, {}, tools, (client) => client.getJson('token', { secret }));
  const token = typeof body === 'object' && body !== null ? (body as { token?: unknown }).token : undefined;
  if (typeof token !== 'string' || token === '') return false;
  tools.onSecret(token);
  return true;
}

/** A list of groups holds nobody's data. */
async function opensScim(token: string, { scimUrl }: Doors, tools: HttpTools): Promise<boolean> {
  const headers = { authorization: `Bearer ${token}` };
  const body = await answerOf(scimUrl, token, headers, tools, (client) =>
    client.getJson('Groups', { startIndex: '1', count: '1' }),
  );
  return typeof body === 'object' && body !== null && 'totalResults' in body;
}

async function answerOf(
  baseUrl: URL,
  secret: string,
  headers: Readonly<Record<string, string>>,
  tools: HttpTools,
  ask: (client: HttpClient) => Promise<unknown>,
): Promise<unknown> {
  const client = createHttpClient(
    {
      baseUrl,
      service: 'Leapsome',
      headers,
      secrets: [secret],
      rate: { perSecond: 1, burst: 1 },
      concurrency: 1,
      userAgent: tools.userAgent,
      signal: tools.signal,
      deadline: Math.min(tools.deadline, tools.deps.monotonic() + PATIENCE_MS),
    },
    tools.deps,
  );
  try {
    return await ask(client);
  } catch (error) {
    if (error instanceof CheckError) return undefined;
    throw error;
  } finally {
    await client.close();
  }
}
