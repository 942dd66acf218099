import type { Canned, Fault, Json } from '../../../demo/faults.ts';
import { BODY_CANARY, COMPLETE, type Expected, from, on, onPeople, type Row, type Run } from './row.ts';

/** An answer with nothing but a status, and a body that nobody may quote. */
export function status(
  code: number,
  headers: Readonly<Record<string, string>> = {},
): Canned & { kind: 'answer' } {
  return {
    kind: 'answer',
    status: code,
    headers,
    body: `{"detail":"${BODY_CANARY}","message":"${BODY_CANARY}"}`,
  };
}

const tokenRejected: Expected = {
  is: 'auth-rejected',
  says: /HTTP 401: the token in `scim-token` .* is not sufficiently authorised/,
  hints: /administrator.*identity provider/,
};
const tokenInvalid: Expected = {
  is: 'token-invalid',
  says: /HTTP 403: the token in `scim-token` .* is not valid/,
  hints: /regenerated.*API secret/,
};
const secretInvalid: Expected = {
  is: 'token-invalid',
  says: /HTTP 40[013]: the secret in `api-secret` .* is not valid/,
  hints: /SCIM token, which is another credential/,
};
const jwtRejected: Expected = {
  is: 'auth-rejected',
  says: /HTTP 401: the access token .* is not accepted, nor was a second one/,
  hints: /API key.*active/,
};
const mayNotRead: Expected = {
  is: 'auth-rejected',
  says: /HTTP 403: the API key behind `api-secret` .* may not read this/,
};
const keyInvalid: Expected = {
  is: 'auth-rejected',
  says: /HTTP 401: the key in `stackone-api-key` .* is not valid/,
  hints: /API keys/,
};
const keyRefused: Expected = {
  is: 'auth-rejected',
  says: /HTTP 403: the key in `stackone-api-key` .* may not read this linked account/,
  hints: /same StackOne project/,
};

const REFUSED: readonly Row[] = [
  {
    case: 17,
    name: '401 for everything',
    when: () => ({ faults: [status(401)] }),
    must: { scim: tokenRejected, content: secretInvalid, stackone: keyInvalid },
    // What leaves together is refused together, and nothing is asked again.
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 17,
    name: '403 for everything',
    when: () => ({ faults: [status(403)] }),
    must: { scim: tokenInvalid, content: secretInvalid, stackone: keyRefused },
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 17,
    name: '401 for people alone',
    when: (s) => ({ faults: [onPeople(s, status(401))] }),
    must: { scim: tokenRejected, content: jwtRejected, stackone: keyInvalid },
    asks: { scim: { people: 1 }, content: { people: 2, token: 2 }, stackone: { people: 1 } },
  },
  {
    case: 17,
    name: '403 for people alone',
    when: (s) => ({ faults: [onPeople(s, status(403))] }),
    must: { scim: tokenInvalid, content: mayNotRead, stackone: keyRefused },
    asks: { people: 1 },
  },
  {
    case: 17,
    name: '401 on the second page',
    when: (s) => ({ pages: 10, faults: [onPeople(s, status(401), from(2))] }),
    must: { scim: tokenRejected, content: jwtRejected, stackone: keyInvalid },
    asks: { scim: { people: [2, 5] }, content: { people: [3, 9], token: 2 }, stackone: { people: 2 } },
  },
  {
    case: 17,
    name: '401 for the list beside the people',
    when: (s) => ({ faults: [on(s.other, status(401))] }),
    must: { scim: tokenRejected, content: jwtRejected, stackone: keyInvalid },
    asks: { scim: { other: 1 }, content: { other: 2, token: 2 }, stackone: { other: 1 } },
  },
  {
    case: 17,
    name: '403 for groups',
    except: { content: 'groups come with their people' },
    when: (s) => ({ faults: [on(s.other, status(403))] }),
    must: { scim: tokenInvalid, stackone: keyRefused },
    asks: { other: 1 },
  },
  {
    case: 17,
    name: '403 for access roles, which is a right of its own',
    except: { scim: 'knows no roles', stackone: 'one key reads everything: see the lists above' },
    when: () => ({ options: { superAdmin: false } }),
    must: {
      is: 'complete',
      warns: /does not show the access roles to this key \(HTTP 403\).*Super Admin/,
      but(told) {
        told.roles = undefined;
        told.facts = told.facts.filter((fact) => fact !== 'role-catalogue');
      },
    },
    asks: { other: 1 },
  },
  {
    case: 17,
    name: 'another one than the service knows',
    when: () => ({
      place: () => ({
        token: 'somebody-elses-token-1234',
        apiSecret: 'somebody-elses-secret-1234',
        stackoneKey: 'somebody-elses-key-1234',
      }),
    }),
    must: { scim: tokenInvalid, content: secretInvalid, stackone: keyInvalid },
    asks: { scim: { all: [1, 2] }, content: { all: 1 }, stackone: { all: [1, 3] } },
  },
  {
    case: 17,
    name: 'the secret where the token is due, and the reverse',
    except: { stackone: 'has a key of its own kind: see the line above' },
    // Which of the two it is can only be found out at the other door: src/sources/recognise.ts.
    when: () => ({ place: ({ token, apiSecret }) => ({ token: apiSecret, apiSecret: token }) }),
    must: { scim: tokenInvalid, content: secretInvalid },
  },
  {
    case: 17,
    name: 'an access token of the Content API in place of the token',
    except: { content: 'a secret is no JWT', stackone: 'a key is no JWT' },
    each: () => [401, 403],
    when: (_, code) => ({ place: () => ({ token: JWT }), faults: [status(Number(code))] }),
    must: { is: 'token-kind', says: /short-lived access token of another API/ },
  },
  {
    case: 17,
    name: 'a linked account that there is not',
    except: { scim: 'has no accounts to choose from', content: 'has no accounts to choose from' },
    when: () => ({ place: () => ({ stackoneAccountId: 'somebody-elses-account' }) }),
    must: { is: 'bad-response', says: /HTTP 404: there is no linked account with the id in/ },
    asks: { all: [1, 3] },
  },
];

const JWT = [{ alg: 'HS256' }, { iat: 1_790_000_000, exp: 1_790_018_000 }, 'signature']
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .join('.');

/** What StackOne says of the account behind it, each with a way out of its own. */
const STACKONE_STATUSES = {
  400: {
    is: 'bad-response',
    says: /HTTP 400: StackOne does not understand/,
    hints: /Linked accounts/,
  },
  404: { is: 'bad-response', says: /HTTP 404: there is no linked account/, hints: /Linked accounts/ },
  408: { is: 'timed-out', says: /HTTP 408: StackOne waited for Leapsome in vain/, hints: /later/ },
  412: {
    is: 'auth-rejected',
    says: /HTTP 412: the linked Leapsome account is not ready/,
    hints: /connect it again/,
  },
  422: { is: 'bad-response', says: /HTTP 422: StackOne cannot do what was asked/ },
  501: { is: 'bad-response', says: /HTTP 501: the linked account does not offer this list/ },
  502: {
    is: 'bad-response',
    says: /HTTP 502: Leapsome answered StackOne with an error/,
    hints: /out of date/,
  },
} as const satisfies Record<number, Expected>;

const ONLY_STACKONE = {
  scim: 'nobody stands between it and Leapsome',
  content: 'nobody stands between it and Leapsome',
} as const;

const BEHIND_STACKONE: readonly Row[] = [
  ...Object.entries(STACKONE_STATUSES).map(
    ([code, must]): Row => ({
      case: 17,
      name: `${code} for an account behind the service`,
      except: ONLY_STACKONE,
      when: (s) => ({ faults: [onPeople(s, status(Number(code)))] }),
      must,
      // What passes is asked for again, a request that is not understood once in a simpler form; the rest is final.
      asks: { people: ['408', '502'].includes(code) ? 6 : code === '400' ? 2 : 1 },
    }),
  ),
  {
    case: 17,
    name: '501 for roles alone, which not every account offers',
    except: ONLY_STACKONE,
    when: (s) => ({ faults: [on(s.roles!, status(501))] }),
    must: {
      is: 'complete',
      warns: /does not offer the roles of this linked account \(HTTP 501\)/,
      but(told) {
        told.roles = undefined;
        told.facts = told.facts.filter((fact) => fact !== 'role-catalogue' && fact !== 'role-holders');
      },
    },
    asks: { all: 3 },
  },
  {
    case: 17,
    name: '501 for groups',
    except: ONLY_STACKONE,
    when: (s) => ({ faults: [on(s.other, status(501))] }),
    must: STACKONE_STATUSES[501],
    asks: { other: 1 },
  },
  {
    case: 17,
    name: '403 for roles, which is no account without them',
    except: ONLY_STACKONE,
    when: (s) => ({ faults: [on(s.roles!, status(403))] }),
    must: keyRefused,
  },
];

const UNSENDABLE: readonly Row[] = [
  {
    case: 25,
    name: 'a credential with a line break',
    when: () => ({
      place: () => ({
        token: 'secret-one\nsecret-two',
        apiSecret: 'secret-one\nsecret-two',
        stackoneAccountId: 'secret-one\nsecret-two',
      }),
      secrets: ['secret-one', 'secret-two'],
    }),
    must: {
      scim: { is: 'input-invalid', says: /characters that cannot be sent in a header/, hints: /line breaks/ },
      // An address can hold any character, so that it is the service that refuses.
      content: secretInvalid,
      stackone: { is: 'input-invalid', says: /characters that cannot be sent in a header/ },
    },
    asks: { scim: { all: 0 }, content: { all: 1 }, stackone: { all: 0 } },
  },
  {
    case: 25,
    name: 'credentials with characters that addresses and Basic write otherwise',
    when: () => {
      const odd = 'se/cr+et=&?#%20ö "1234"';
      return {
        options: {
          token: 'se/cr+et=1234',
          apiSecret: odd,
          stackoneKey: odd,
          stackoneAccountId: 'acc+/=ount',
        },
        secrets: [encodeURIComponent(odd), encodeURIComponent('se/cr+et=1234')],
      };
    },
    must: COMPLETE,
  },
];

const ONLY_CONTENT = {
  scim: 'its token does not expire',
  stackone: 'its key does not expire',
} as const;

/** Each further JWT is another one, and all of them were masked. */
function refreshed({ standIn, masked }: Run): void {
  if (standIn.issuedJwts.length !== 2 || standIn.issuedJwts.some((jwt) => !masked.includes(jwt)))
    throw new Error(`${standIn.issuedJwts.length} access tokens came, ${masked.length} secrets were masked`);
}

const expires = (after: number, again = false): Fault => ({ kind: 'jwt-expires', after, again });

const TOKENS: readonly Row[] = [
  {
    case: 26,
    name: 'that end on the third page, once',
    except: ONLY_CONTENT,
    when: () => ({ pages: 10, faults: [expires(3)], also: refreshed }),
    must: COMPLETE,
    asks: { token: 2 },
  },
  {
    case: 26,
    name: 'that end at once, once',
    except: ONLY_CONTENT,
    when: () => ({ faults: [expires(0)], also: refreshed }),
    must: COMPLETE,
    asks: { token: 2, people: 3 },
  },
  {
    case: 26,
    name: 'that end on the third page, again and again',
    except: ONLY_CONTENT,
    when: () => ({ pages: 10, faults: [expires(3, true)], also: refreshed }),
    must: jwtRejected,
    asks: { token: 2 },
  },
  {
    case: 26,
    name: 'that are never accepted',
    except: ONLY_CONTENT,
    when: () => ({ faults: [expires(0, true)], also: refreshed }),
    must: jwtRejected,
    asks: { token: 2, people: [1, 2], other: [1, 2] },
  },
  {
    case: 26,
    name: 'that are not renewed, because the secret is not accepted any more',
    except: ONLY_CONTENT,
    when: () => ({ pages: 10, faults: [expires(3), on('/token', status(401), from(2))] }),
    must: secretInvalid,
    asks: { token: 2 },
  },
  {
    case: 26,
    name: 'that are none',
    except: ONLY_CONTENT,
    each: () => [undefined, null, '', 7, {}, ['x'], 'two words', 'line\r\nbreak', 'ümlaut'],
    when: (_, value) => ({ faults: [tokenIs(value)] }),
    must: { is: 'bad-response', says: /accepted the secret and gave no access token for it/ },
    asks: { all: 1 },
  },
  {
    case: 26,
    name: 'in an answer that is none',
    except: ONLY_CONTENT,
    each: () => [null, [], BODY_CANARY, 7],
    when: (_, value) => ({
      faults: [on('/token', { kind: 'answer', body: JSON.stringify(value) })],
    }),
    must: { is: 'bad-response', says: /accepted the secret and gave no access token for it/ },
    asks: { all: 1 },
  },
  {
    case: 26,
    name: 'where the exchange stumbles',
    except: ONLY_CONTENT,
    when: () => ({
      faults: [
        on('/token', status(503), [1, 2]),
        on('/token', status(429, { 'retry-after': '2' }), 3),
        on('/token', { kind: 'reset' }, 4),
      ],
    }),
    must: COMPLETE,
    asks: { token: 5 },
  },
  {
    case: 26,
    name: 'where the exchange fails for ever',
    except: ONLY_CONTENT,
    when: () => ({ faults: [on('/token', status(500))] }),
    must: { is: 'bad-response', says: /HTTP 500, the last of 6 attempts/ },
    asks: { all: 6 },
  },
  {
    case: 26,
    name: 'where there is no exchange',
    except: ONLY_CONTENT,
    when: () => ({ faults: [on('/token', status(404))] }),
    must: {
      is: 'bad-response',
      says: /HTTP 404: there is no Content API at the address/,
      hints: /api\.leapsome\.com\/v1/,
    },
    asks: { all: 1 },
  },
  {
    case: 26,
    name: 'where the exchange is a log-in',
    except: ONLY_CONTENT,
    when: () => ({ faults: [on('/token', { kind: 'login-page' })] }),
    must: { is: 'bad-response', says: /a web page where data was due/ },
    asks: { all: 1 },
  },
];

function tokenIs(value: Json | undefined): Fault {
  const fault: Fault =
    value === undefined
      ? { kind: 'envelope', without: ['token'] }
      : { kind: 'envelope', set: { token: value } };
  return on('/token', fault);
}

/** Cases 17, 25 and 26: who asks, and what is shown of it. */
export const CREDENTIALS: readonly Row[] = [...REFUSED, ...BEHIND_STACKONE, ...UNSENDABLE, ...TOKENS];
