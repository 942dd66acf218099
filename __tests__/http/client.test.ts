import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CheckError, failure } from '../../src/errors.ts';
import type { HttpClient } from '../../src/http/types.ts';
import type { ProblemCode } from '../../src/model/problem.ts';
import {
  clientOf,
  everythingIn,
  json,
  jumpingTime,
  type Service,
  serve,
  serveRaw,
  serveTls,
  serveTunnel,
  status,
  TOKEN,
} from './fake-service.ts';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

/** Closes it after the test. */
function keep<Closable extends { close(): Promise<void> }>(closable: Closable): Closable {
  open.push(closable);
  return closable;
}

async function refusal(client: HttpClient, path = '/Users'): Promise<CheckError> {
  const error = await client.getJson(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(CheckError);
  const text = everythingIn(error);
  expect(text).not.toContain(TOKEN);
  expect(text).not.toContain('canary');
  return error as CheckError;
}

async function codeOf(client: HttpClient): Promise<ProblemCode | undefined> {
  return (await refusal(client)).problems[0]?.code;
}

const answering = async (handle: Parameters<typeof serve>[0]): Promise<Service> => keep(await serve(handle));

/** Answers the first requests with these statuses, and then well. */
function stumbling(...codes: number[]): Promise<Service> {
  return answering((_request, response, number) => {
    const code = codes[number - 1];
    if (code === undefined) json(response, { fine: true });
    else status(response, code);
  });
}

describe('a request', () => {
  it('asks below the base URL with the headers, and nothing but GET', async () => {
    const service = await answering((_request, response) => json(response, { fine: true }));
    const client = keep(clientOf(service));
    await expect(client.getJson('/Users', { startIndex: '1', count: '5' })).resolves.toEqual({ fine: true });
    expect(service.seen).toMatchObject([
      {
        method: 'GET',
        url: '/base/Users?startIndex=1&count=5',
        headers: { authorization: `Bearer ${TOKEN}`, 'user-agent': 'tests/1' },
      },
    ]);
  });

  it('cannot be anything but GET: no other method is named where requests are made', () => {
    const folder = new URL('../../src/http/', import.meta.url);
    const code = readdirSync(folder)
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .join('\n');
    expect(code.match(/\bmethod\s*[:=][^,;\n]*/g)).toEqual(["method: 'GET'"]);
    expect(code).not.toMatch(/['"`](?:POST|PUT|PATCH|DELETE)\b/);
  });

  it('never has more under way than allowed', async () => {
    let now = 0;
    let most = 0;
    const service = await answering((_request, response) => {
      now += 1;
      most = Math.max(most, now);
      setTimeout(() => {
        now -= 1;
        json(response, {});
      }, 5);
    });
    const client = keep(clientOf(service, jumpingTime(), { concurrency: 3 }));
    await Promise.all(Array.from({ length: 12 }, () => client.getJson('/x')));
    expect(most).toBe(3);
  });

  it('counts how many left in one second, retries included, and knows how many ever could', async () => {
    const rate = { perSecond: 10, burst: 4 };
    const client = keep(clientOf(await stumbling(503), jumpingTime(), { rate }));
    expect([client.busiestSecond, client.ceiling]).toEqual([0, 14]);
    await client.getJson('/x');
    expect(client.busiestSecond).toBe(2);
  });

  it('reports the size of each answer', async () => {
    const sizes: number[] = [];
    const service = await answering((_request, response) => json(response, { ok: 1 }));
    const client = keep(clientOf(service, jumpingTime(), { onResponse: (bytes) => sizes.push(bytes) }));
    await client.getJson('/x');
    expect(sizes).toEqual([8]);
  });
});

describe('stumbling services', () => {
  it('are read when 500 comes once and 503 three times in a row', async () => {
    const client = keep(clientOf(await stumbling(500, 503, 503, 503)));
    await expect(client.getJson('/x')).resolves.toEqual({ fine: true });
    expect([client.requests, client.retries]).toEqual([5, 4]);
  });

  it.each([500, 502, 503, 504, 408])('are given up when %i never ends', async (code) => {
    const client = keep(clientOf(await answering((_request, response) => status(response, code))));
    expect(await codeOf(client)).toBe('bad-response');
    expect(client.requests).toBe(6);
  });

  it.each([
    [401, 'auth-rejected'],
    [403, 'token-invalid'],
    [404, 'bad-response'],
    [400, 'bad-response'],
    [204, 'bad-response'],
  ])('that answer %i are not asked again', async (code, problem) => {
    const client = keep(clientOf(await answering((_request, response) => status(response, code))));
    expect(await codeOf(client)).toBe(problem);
    expect(client.requests).toBe(1);
  });

  it('get words of their own for a status', async () => {
    const service = await answering((_request, response) => status(response, 403));
    const advice = { 403: { code: 'token-kind', cause: 'a different token', hint: 'Do this.' } } as const;
    const { problems } = await refusal(keep(clientOf(service, jumpingTime(), {}, { advice: () => advice })));
    expect(problems).toMatchObject([
      { code: 'token-kind', message: expect.stringContaining('a different token'), hint: 'Do this.' },
    ]);
  });
});

describe('429', () => {
  async function limited(times: number, retryAfter: string | undefined) {
    const service = await answering((_request, response, number) => {
      if (number > times) json(response, { fine: true });
      else status(response, 429, retryAfter === undefined ? {} : { 'retry-after': retryAfter });
    });
    const deps = jumpingTime();
    return { deps, client: keep(clientOf(service, deps)) };
  }

  it('is obeyed in seconds', async () => {
    const { deps, client } = await limited(1, '7');
    await client.getJson('/x');
    expect(sum(deps.slept)).toBeGreaterThan(6_990);
    expect(sum(deps.slept)).toBeLessThanOrEqual(7_000);
  });

  it('is obeyed as a date', async () => {
    const { deps, client } = await limited(1, 'Wed, 15 Jan 2025 00:00:09 GMT');
    await client.getJson('/x');
    expect(sum(deps.slept)).toBeGreaterThan(8_900);
    expect(sum(deps.slept)).toBeLessThanOrEqual(9_000);
  });

  it('with 0 is asked again at once', async () => {
    const { deps, client } = await limited(2, '0');
    await client.getJson('/x');
    expect(deps.slept).toEqual([]);
  });

  it.each([undefined, 'soon', '-5', '1.5', 'Wed, 15 Jan 2020 00:00:00 GMT'])(
    'with %p backs off',
    async (value) => {
      const { deps, client } = await limited(1, value);
      await client.getJson('/x');
      expect(sum(deps.slept)).toBeGreaterThan(100);
      expect(sum(deps.slept)).toBeLessThanOrEqual(125);
    },
  );

  it('with a day is refused at once, with the wait', async () => {
    const { client } = await limited(1, '86400');
    const { problems } = await refusal(client);
    expect(problems[0]).toMatchObject({
      code: 'rate-limited',
      message: expect.stringContaining('86400 seconds'),
    });
    expect(client.requests).toBe(1);
  });

  it('for ever is given up', async () => {
    const { client } = await limited(Number.POSITIVE_INFINITY, '1');
    expect(await codeOf(client)).toBe('rate-limited');
    expect(client.requests).toBe(6);
  });

  it('holds back the other requests too', async () => {
    const { deps, client } = await limited(1, '5');
    await Promise.all([client.getJson('/a'), client.getJson('/b')]);
    const before = deps.slept.length;
    await client.getJson('/c');
    expect(deps.slept.length).toBe(before);
    expect(sum(deps.slept)).toBeGreaterThan(4_900);
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

describe('bodies', () => {
  const text = JSON.stringify({ name: 'Zoë 🦊', rows: [1, 2, 3] });
  const value = JSON.parse(text);

  async function sending(body: Uint8Array | string, headers: Record<string, string> = {}) {
    return keep(
      clientOf(await answering((_request, response) => response.writeHead(200, headers).end(body))),
    );
  }

  it.each([
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['br', brotliCompressSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
    ['GZIP', gzipSync(text)],
  ])('in %s are read', async (encoding, body) => {
    const client = await sending(body, { 'content-encoding': encoding });
    await expect(client.getJson('/x')).resolves.toEqual(value);
  });

  it.each([{}, { 'content-type': 'text/html' }, { 'content-type': 'nonsense' }])(
    'are read whatever %j says of JSON',
    async (headers) => {
      const client = await sending(text, headers);
      await expect(client.getJson('/x')).resolves.toEqual(value);
    },
  );

  it('may begin with a byte-order mark', async () => {
    const client = await sending(`\ufeff${text}`);
    await expect(client.getJson('/x')).resolves.toEqual(value);
  });

  it.each([
    ['a login page', '<!doctype html><title>canary</title>', {}],
    ['nothing', '', {}],
    ['white space', ' \n ', {}],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${text}`, 'utf16le'), {}],
    ['UTF-16 without a mark', Buffer.from(text, 'utf16le'), {}],
    ['Latin-1', Buffer.from('{"name":"canary Zo\xeb"}', 'latin1'), {}],
    ['plain text', 'canary', {}],
    ['an unknown compression', text, { 'content-encoding': 'zstd' }],
  ])('with %s are refused at once', async (_name, body, headers) => {
    const client = await sending(body, headers);
    expect(await codeOf(client)).toBe('bad-response');
    expect(client.requests).toBe(1);
  });

  it.each([
    ['JSON that is cut', text.slice(0, -5), {}],
    ['JSON that is cut inside a letter', Buffer.from(text).subarray(0, 12), {}],
    ['gzip that is cut', gzipSync(text).subarray(0, -9), { 'content-encoding': 'gzip' }],
    ['br that is cut', brotliCompressSync(text).subarray(0, -3), { 'content-encoding': 'br' }],
  ])('with %s are asked for again, and then refused', async (_name, body, headers) => {
    const client = await sending(body, headers);
    expect(await codeOf(client)).toBe('bad-response');
    expect(client.requests).toBe(6);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ])('that inflate too far in %s are refused', async (encoding, pack) => {
    const body = pack(`"${'0'.repeat(3_000_000)}"`);
    const service = await answering((_request, response) =>
      response.writeHead(200, { 'content-encoding': encoding }).end(body),
    );
    const client = keep(clientOf(service, jumpingTime(), {}, { limits: { bodyBytes: 1024 ** 2 } }));
    expect(await codeOf(client)).toBe('too-large');
    expect(client.requests).toBe(1);
  });

  it.each([true, false])(
    'that are too large on the wire are refused (length announced: %p)',
    async (announced) => {
      const service = await answering((_request, response) => {
        if (announced) response.setHeader('content-length', 3_000_000);
        response.write('0'.repeat(1_500_000));
        response.end('0'.repeat(1_500_000));
      });
      const client = keep(clientOf(service, jumpingTime(), {}, { limits: { bodyBytes: 1024 ** 2 } }));
      expect(await codeOf(client)).toBe('too-large');
    },
  );
});

describe('broken connections', () => {
  const good = 'HTTP/1.1 200 OK\r\nContent-Length: 13\r\n\r\n{"fine":true}';

  it.each([
    ['closed without an answer', ''],
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"fine":true}'],
    ['a body longer than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"fine":true}'],
    ['a chunk that is cut', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{"fine"'],
    ['a missing last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{"fine":true}\r\n'],
    ['something that is not HTTP', 'SSH-2.0-OpenSSH\r\n'],
    ['headers that are cut', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ])('with %s are tried again', async (_name, bytes) => {
    const service = keep(await serveRaw((socket, number) => socket.end(number === 1 ? bytes : good)));
    const client = keep(clientOf(service));
    await expect(client.getJson('/x')).resolves.toEqual({ fine: true });
    expect(client.retries).toBeGreaterThanOrEqual(1);
  });

  it('with a reset are tried again', async () => {
    const service = keep(
      await serveRaw((socket, number) => (number < 3 ? socket.resetAndDestroy() : socket.end(good))),
    );
    await expect(keep(clientOf(service)).getJson('/x')).resolves.toEqual({ fine: true });
  });

  it('that are always reset are given up', async () => {
    const service = keep(await serveRaw((socket) => socket.resetAndDestroy()));
    const client = keep(clientOf(service));
    expect(await codeOf(client)).toBe('unreachable');
    expect(client.requests).toBe(6);
  });

  it('that were kept alive and closed meanwhile are replaced', async () => {
    const service = await answering((request, response, number) => {
      if (number === 2) request.socket.destroy();
      else json(response, { number });
    });
    const client = keep(clientOf(service));
    await client.getJson('/x');
    await expect(client.getJson('/x')).resolves.toEqual({ number: 3 });
  });

  it('that are refused are unreachable, with the host alone', async () => {
    const service = await serve(() => {});
    await service.close();
    const { problems } = await refusal(keep(clientOf(service)), '/canary');
    expect(problems[0]).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining(`${service.url.host} could not be reached`),
    });
  });

  it('to an unknown host are unreachable, and not tried again', async () => {
    const client = keep(clientOf({ url: new URL('http://nowhere.invalid') }));
    expect(await codeOf(client)).toBe('unreachable');
    expect(client.requests).toBeLessThanOrEqual(3);
  });

  it('with a certificate that nobody vouches for fail as such', async () => {
    const client = keep(clientOf(keep(await serveTls())));
    const { problems } = await refusal(client);
    expect(problems[0]).toMatchObject({
      code: 'tls-failed',
      hint: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    expect(client.requests).toBe(1);
  });

  it('without a handshake fail as such', async () => {
    const service = await serveRaw((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    keep(service);
    const url = new URL(service.url);
    url.protocol = 'https:';
    const client = keep(clientOf({ url }));
    expect(await codeOf(client)).toBe('tls-failed');
    expect(client.requests).toBe(1);
  });
});

describe('time', () => {
  it('of a request ends a drip of bytes', async () => {
    const timers: NodeJS.Timeout[] = [];
    const service = await answering((_request, response) => {
      response.writeHead(200);
      timers.push(setInterval(() => response.write(' '), 5));
    });
    const client = keep(clientOf(service, jumpingTime(), {}, { limits: { requestMs: 120 } }));
    expect(await codeOf(client)).toBe('timed-out');
    expect(client.requests).toBe(1);
    for (const timer of timers) clearInterval(timer);
  });

  it('of a request ends waiting for headers', async () => {
    const service = await answering(() => {});
    const client = keep(clientOf(service, jumpingTime(), {}, { limits: { requestMs: 80 } }));
    expect(await codeOf(client)).toBe('timed-out');
  });

  it('of the run ends a request', async () => {
    const service = await answering(() => {});
    const deps = jumpingTime();
    const client = keep(clientOf(service, deps, { deadline: deps.monotonic() + 80 }));
    const { problems } = await refusal(client);
    expect(problems[0]).toMatchObject({
      code: 'timed-out',
      message: expect.stringContaining('the whole run'),
    });
  });

  it('of the run, once over, lets nothing leave', async () => {
    const service = await answering((_request, response) => json(response, {}));
    const deps = jumpingTime();
    const client = keep(clientOf(service, deps, { deadline: deps.monotonic() - 1 }));
    expect(await codeOf(client)).toBe('timed-out');
    expect(service.seen).toEqual([]);
  });

  it('ends when the run is cancelled, with its reason', async () => {
    const reason = failure('cancelled', 'The run was cancelled.', 'Start it again.');
    const cancel = new AbortController();
    const service = await answering(() => cancel.abort(reason));
    const client = keep(clientOf(service, jumpingTime(), { signal: cancel.signal }));
    await expect(client.getJson('/x')).rejects.toBe(reason);
  });

  it('ends when the run is cancelled while waiting to try again', async () => {
    const reason = failure('cancelled', 'The run was cancelled.', 'Start it again.');
    const cancel = new AbortController();
    const service = await answering((_request, response) => status(response, 503));
    const deps = {
      ...jumpingTime(),
      sleep: (_ms: number, signal: AbortSignal) => aborted(signal, cancel, reason),
    };
    const client = keep(clientOf(service, deps, { signal: cancel.signal }));
    await expect(client.getJson('/x')).rejects.toBe(reason);
    expect(client.requests).toBe(1);
  });
});

async function aborted(signal: AbortSignal, cancel: AbortController, reason: Error): Promise<never> {
  cancel.abort(reason);
  throw signal.reason;
}

describe('redirects', () => {
  async function moving(location: string | undefined, code = 302) {
    return answering((request, response) => {
      if (request.url?.startsWith('/moved')) json(response, { moved: true });
      else response.writeHead(code, location === undefined ? {} : { location }).end();
    });
  }

  it.each([301, 302, 303, 307, 308])(
    'with %i to the same origin are followed, with the headers',
    async (code) => {
      const service = await moving('/moved?startIndex=1', code);
      await expect(keep(clientOf(service)).getJson('/x')).resolves.toEqual({ moved: true });
      expect(service.seen[1]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    },
  );

  it('to another port take no credentials along', async () => {
    const other = await answering((_request, response) => json(response, { stolen: true }));
    const service = await moving(`${other.url.origin}/moved?canary=1`);
    const { problems } = await refusal(keep(clientOf(service)));
    expect(problems[0]).toMatchObject({
      code: 'redirected',
      message: expect.stringContaining(`redirects to ${other.url.host};`),
    });
    expect(other.seen).toEqual([]);
  });

  it.each([
    'http://evil.example/canary',
    '//user:canary@evil.example/',
    'https://127.0.0.1/',
    'mailto:canary@example.com',
    'http://[',
    undefined,
  ])('to %s are refused at once', async (location) => {
    const client = keep(clientOf(await moving(location)));
    expect(await codeOf(client)).toBe('redirected');
    expect(client.requests).toBe(1);
  });

  it('that never end are refused', async () => {
    const client = keep(clientOf(await moving('/again')));
    expect(await codeOf(client)).toBe('redirected');
    expect(client.requests).toBe(4);
  });

  it('that carry the token do not show it', async () => {
    const service = await moving(`http://${TOKEN.replace(/[^a-z]/gi, '')}.example/`);
    const secrets = [TOKEN, TOKEN.replace(/[^a-z]/gi, '')];
    const client = keep(clientOf(service, jumpingTime(), { secrets }));
    const { message } = await refusal(client);
    expect(message).toContain('***.example');
  });
});

describe('proxies', () => {
  it('on this machine are used for plain http as well', async () => {
    const proxy = await answering((request, response) => json(response, { asked: request.url }));
    const deps = { ...jumpingTime(), env: { HTTP_PROXY: proxy.url.host } };
    const client = keep(clientOf({ url: new URL('http://service.invalid') }, deps));
    await expect(client.getJson('/x')).resolves.toEqual({ asked: 'http://service.invalid/base/x' });
  });

  it('elsewhere never see plain http, which stays on this machine with its token', async () => {
    const service = await answering((_request, response) => json(response, { direct: true }));
    const proxy = 'http://proxy.invalid:1';
    const deps = { ...jumpingTime(), env: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } };
    await expect(keep(clientOf(service, deps)).getJson('/x')).resolves.toEqual({ direct: true });
  });

  it('are passed by where NO_PROXY says so', async () => {
    const service = keep(await serveTls());
    const deps = { ...jumpingTime(), env: { https_proxy: 'http://proxy.invalid:1', no_proxy: '127.0.0.1' } };
    // The certificate is refused, so the service itself was reached.
    expect(
      await codeOf(keep(clientOf({ url: new URL(`https://127.0.0.1:${service.url.port}`) }, deps))),
    ).toBe('tls-failed');
  });

  it.each(['https_proxy', 'HTTP_PROXY'])(
    'that want a password are named without it (%s)',
    async (variable) => {
      const proxy = keep(
        await serveRaw((socket) =>
          socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
        ),
      );
      const address = `http://user:canary-password@${proxy.url.host}`;
      const deps = { ...jumpingTime(), env: { [variable]: address } };
      const url = new URL('https://service.invalid');
      const { problems } = await refusal(keep(clientOf({ url }, deps)));
      expect(problems[0]).toMatchObject({
        code: 'unreachable',
        message: expect.stringMatching(`The proxy at ${proxy.url.host} asks for credentials`),
      });
    },
  );

  it('tunnel to services that speak TLS, whose certificates are still checked', async () => {
    const service = keep(await serveTls());
    const proxy = keep(await serveTunnel(service.url.port));
    const deps = { ...jumpingTime(), env: { HTTPS_PROXY: proxy.url.href } };
    const client = keep(clientOf({ url: new URL('https://service.invalid') }, deps));
    expect(await codeOf(client)).toBe('tls-failed');
    expect(proxy.seen).toMatchObject([{ method: 'CONNECT', url: 'service.invalid:443' }]);
  });

  it('that make no sense are refused without their text', async () => {
    const deps = { ...jumpingTime(), env: { HTTP_PROXY: 'http://user:canary@:bad' } };
    const client = keep(clientOf({ url: new URL('https://service.invalid') }, deps));
    expect(await codeOf(client)).toBe('unreachable');
  });
});

describe('headers', () => {
  it('that cannot be sent are refused without their text', async () => {
    const service = await answering((_request, response) => json(response, {}));
    const headers = { authorization: 'Bearer canary\nx' };
    expect(await codeOf(keep(clientOf(service, jumpingTime(), { headers })))).toBe('input-invalid');
  });
});
