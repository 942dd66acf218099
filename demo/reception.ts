import type { IncomingMessage } from 'node:http';
import { performance } from 'node:perf_hooks';
import {
  type Active,
  type Answer,
  activeFaults,
  changeBody,
  encoded,
  instead,
  type Voice,
} from './fault-effects.ts';
import type { Fault, ServiceName } from './faults.ts';
import type { Service } from './services/service.ts';
import type { LoggedRequest } from './stand-in.ts';

/** A request with everything that an answer depends on. */
export interface Arrival {
  readonly logged: LoggedRequest & { status: number };
  readonly active: readonly Active[];
}

export interface ReceptionOptions {
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly faults: readonly Fault[];
  /** Requests that each service answers in any second; 0 means no limit. */
  readonly rateLimits: Readonly<Record<ServiceName, number>>;
  /** Compress answers for clients that accept gzip. */
  readonly gzip: boolean;
}

/** Takes each request, writes it down, and leads it to the service that it is for. */
export class Reception {
  requests: LoggedRequest[] = [];
  readonly #options: ReceptionOptions;
  #faults: readonly Fault[];
  /** When the answers of the last second were given, by service. */
  #recent = new Map<ServiceName, number[]>();

  constructor(options: ReceptionOptions) {
    this.#options = options;
    this.#faults = options.faults;
  }

  setFaults(faults: readonly Fault[]): void {
    this.#faults = faults;
  }

  reset(): void {
    this.requests = [];
    this.#recent = new Map();
    for (const service of Object.values(this.#options.services)) service.reset?.();
  }

  arrive(request: IncomingMessage): Arrival {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    const logged = {
      method: request.method ?? '',
      ...addressee(url.pathname),
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      time: performance.now(),
      status: 0,
    };
    this.requests.push(logged);
    return { logged, active: activeFaults(this.#faults, this.requests) };
  }

  async answer({ logged, active }: Arrival): Promise<Answer | 'never'> {
    const service = this.#options.services[logged.service];
    if (logged.method !== 'GET') return service.refusal(405, 'The stand-in can only be read');
    if (this.#tooMany(logged)) return service.refusal(429, 'Too many requests');
    return (await instead(active, service satisfies Voice)) ?? service.answer({ ...logged, active });
  }

  /** The answer as it is sent: with what faults do to its bytes, and compressed if that was asked for. */
  finish({ logged, active }: Arrival, answer: Answer): Answer {
    const done = changeBody(active, answer);
    const accepted = /\bgzip\b/.test(String(logged.headers['accept-encoding'] ?? ''));
    const wanted = this.#options.gzip && accepted && done.body.length > 0;
    return wanted && !('content-encoding' in done.headers) ? encoded(done, 'gzip') : done;
  }

  #tooMany({ service, time: now }: LoggedRequest): boolean {
    const limit = this.#options.rateLimits[service];
    if (limit === 0) return false;
    const recent = (this.#recent.get(service) ?? []).filter((time) => time > now - 1000);
    this.#recent.set(service, recent);
    if (recent.length >= limit) return true;
    recent.push(now);
    return false;
  }
}

/** The service that an address belongs to, and the path below its base URL. What belongs to nobody is SCIM's. */
function addressee(pathname: string): { service: ServiceName; path: string } {
  if (pathname.startsWith('/v1/')) return { service: 'content', path: pathname.slice('/v1'.length) };
  if (pathname.startsWith('/unified/')) return { service: 'stackone', path: pathname };
  const path = pathname.startsWith('/scim/v1/') ? pathname.slice('/scim/v1'.length) : pathname;
  return { service: 'scim', path };
}
