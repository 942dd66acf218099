import { CheckError } from '../errors.ts';
import type { ProblemCode } from '../model/problem.ts';
import type { Fault } from './fault.ts';

/** What a status means at one service, where that is more than the number says. */
export interface StatusAdvice {
  readonly code: ProblemCode;
  /** Follows "… answered HTTP 403: ", without a full stop. */
  readonly cause: string;
  readonly hint: string;
}

export type AdviceByStatus = Readonly<Partial<Record<number, StatusAdvice>>>;

/** What the words around a fault depend on. */
export interface Situation {
  readonly service: string;
  /** Host and port, nothing more of the URL. */
  readonly host: string;
  readonly proxyHost: string | undefined;
  readonly advice: AdviceByStatus;
  readonly attempts: number;
  /** How long the service wants us to wait, when that is too long. */
  readonly askedMs: number | undefined;
}

interface Words {
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

/** Turns a fault into a failure for people, in our own words only: nothing that was received is quoted. */
export function explain(fault: Fault, situation: Situation, redact: (text: string) => string): CheckError {
  const { code, message, hint } = words(fault, situation);
  const problem = { code, message: redact(message), hint: redact(hint) };
  return new CheckError([problem], fault.kind === 'status' ? { status: fault.status } : {});
}

function words(fault: Fault, situation: Situation): Words {
  const where = `${situation.service} at ${situation.host}`;
  switch (fault.kind) {
    case 'connect':
      return connectWords(fault.code, where, situation);
    case 'tls':
      return tlsWords(fault.code, where);
    case 'proxy':
      return proxyWords(fault.status, where, situation);
    case 'cut':
      return cutWords(fault.where, where, situation.attempts);
    case 'unreadable':
      return unreadableWords(fault.what, where);
    case 'too-large':
      return {
        code: 'too-large',
        message: `An answer of ${where} is larger than ${Math.floor(fault.limit / 1024 ** 2)} MiB, the most that is read.`,
        hint: 'Check that the base URL is that of the API. A regular page of people is far smaller.',
      };
    case 'status':
      return statusWords(fault.status, where, situation);
    case 'redirect':
      return redirectWords(fault, where);
    case 'too-many-redirects':
      return {
        code: 'redirected',
        message: `${where} redirects again and again.`,
        hint: 'Set the base URL to the place where the API finally is.',
      };
    case 'timeout':
      return timeoutWords(fault, where);
    case 'unsendable':
      return {
        code: 'input-invalid',
        message: `A credential for ${situation.service} holds characters that cannot be sent in a header.`,
        hint: 'Store the credential again, without line breaks or other invisible characters.',
      };
  }
}

const CONNECT_CAUSES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the name service did not answer',
  ECONNREFUSED: 'the connection was refused',
  ETIMEDOUT: 'nobody answered in time',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answered in time',
};

function connectWords(code: string, where: string, { proxyHost }: Situation): Words {
  const through = proxyHost === undefined ? '' : `, through the proxy at ${proxyHost}`;
  return {
    code: 'unreachable',
    message: `${where} could not be reached${through}: ${CONNECT_CAUSES[code] ?? 'no connection came about'} (${code}).`,
    hint:
      proxyHost === undefined
        ? 'Check the base URL, the network of the runner, and whether it needs a proxy (HTTPS_PROXY).'
        : 'Check HTTPS_PROXY and NO_PROXY, the base URL, and the network of the runner.',
  };
}

function tlsWords(code: string, where: string): Words {
  return {
    code: 'tls-failed',
    message: `No trusted connection to ${where}: the certificate or the handshake was not accepted (${code}).`,
    hint: 'Check the base URL. Where a company proxy signs certificates of its own, set NODE_EXTRA_CA_CERTS to its authority.',
  };
}

function proxyWords(status: number, where: string, { proxyHost }: Situation): Words {
  const why = status === 407 ? 'asks for credentials' : 'refused to connect';
  return {
    code: 'unreachable',
    message: `The proxy at ${proxyHost} ${why} (HTTP ${status}) on the way to ${where}.`,
    hint: 'Check the user name and password in HTTPS_PROXY, what the proxy allows, or except the host with NO_PROXY.',
  };
}

function cutWords(
  place: 'connection' | 'length' | 'compression' | 'text',
  where: string,
  attempts: number,
): Words {
  const tries = `in ${attempts} attempts`;
  if (place === 'connection') {
    return {
      code: 'unreachable',
      message: `${where} closed the connection before its answer was complete, ${tries}.`,
      hint: 'Run again later. If it stays so, look for a proxy or firewall that cuts connections, and at the status page of the service.',
    };
  }
  return {
    code: 'bad-response',
    message: `${where} sent answers that are cut short or damaged, ${tries}.`,
    hint: 'Run again later. If it stays so, look for a proxy in between that alters answers.',
  };
}

const UNREADABLE = {
  empty: 'an answer without content',
  html: 'a web page where data was due',
  encoding: 'text that is not UTF-8',
  compression: 'an answer in a compression that was not asked for',
  'not-json': 'an answer that is not JSON',
} as const;

function unreadableWords(what: keyof typeof UNREADABLE, where: string): Words {
  return {
    code: 'bad-response',
    message: `${where} sent ${UNREADABLE[what]}.`,
    hint:
      what === 'html'
        ? 'Most often that is a login page: check the base URL, and whether a single sign-on or a company proxy stands in between.'
        : 'Check that the base URL is that of the API, and that no proxy stands in between.',
  };
}

function statusWords(status: number, where: string, situation: Situation): Words {
  if (status === 429) return rateWords(where, situation);
  const message = `${where} answered HTTP ${status}`;
  const advice = situation.advice[status] ?? COMMON_ADVICE[status];
  if (advice !== undefined) {
    return { code: advice.code, message: `${message}: ${advice.cause}.`, hint: advice.hint };
  }
  if (status >= 500) return serverWords(message, situation);
  return {
    code: 'bad-response',
    message: `${message}.`,
    hint: 'Check that the base URL is that of the API.',
  };
}

const COMMON_ADVICE: AdviceByStatus = {
  401: {
    code: 'auth-rejected',
    cause: 'the credential is not authorised to read this',
    hint: 'Check that the credential belongs to this service and has the rights that the documentation names.',
  },
  403: {
    code: 'token-invalid',
    cause: 'the credential is not valid here',
    hint: 'Check that the credential is current and was made for this service.',
  },
  404: {
    code: 'bad-response',
    cause: 'there is nothing at this address',
    hint: 'Check the base URL.',
  },
};

function serverWords(message: string, { attempts, askedMs }: Situation): Words {
  const tries = attempts > 1 ? `, the last of ${attempts} attempts` : '';
  const wait = askedMs === undefined ? '' : `, and asks to come back in ${seconds(askedMs)}`;
  return {
    code: 'bad-response',
    message: `${message}${tries}${wait}: the service has a problem of its own.`,
    hint: 'Run again later. The status page of the service may know more.',
  };
}

function rateWords(where: string, { attempts, askedMs }: Situation): Words {
  return {
    code: 'rate-limited',
    message:
      askedMs === undefined
        ? `${where} still refuses requests as too many (HTTP 429) after ${attempts} attempts.`
        : `${where} refuses requests as too many (HTTP 429) and asks to wait ${seconds(askedMs)}, longer than this run may last.`,
    hint: 'Run again later, at a time when nothing else uses the same limit (an identity provider does), or raise `timeout`.',
  };
}

function seconds(ms: number): string {
  const count = Math.ceil(ms / 1000);
  return `${count} ${count === 1 ? 'second' : 'seconds'}`;
}

function redirectWords(fault: Extract<Fault, { kind: 'redirect' }>, where: string): Words {
  const target =
    fault.host === undefined
      ? 'to no usable address'
      : `to ${fault.sameHost ? `${fault.host} over another scheme` : fault.host}`;
  return {
    code: 'redirected',
    message: `${where} redirects ${target}; credentials are not sent there.`,
    hint: 'If that is where the API is, set the base URL to it. Otherwise look for a single sign-on or a proxy in between.',
  };
}

function timeoutWords(fault: Extract<Fault, { kind: 'timeout' }>, where: string): Words {
  if (fault.scope === 'run') {
    return {
      code: 'timed-out',
      message: `The time for the whole run was over before ${where} had answered.`,
      hint: 'Raise `timeout`, or run again when the service is quicker.',
    };
  }
  return {
    code: 'timed-out',
    message: `${where} had not finished its answer after ${seconds(fault.ms)}.`,
    hint: 'Run again later. If it stays so, look at the network of the runner and the status page of the service.',
  };
}
