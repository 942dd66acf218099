import type { SourceName } from '../../../src/model/facts.ts';

/** What services, proxies and log-in walls do to a client, by number. Every row of the table names one of these. */
export const CASES = {
  1: 'fewer rows than were asked for',
  2: 'a total that is the length of the page',
  3: 'page one again and again',
  4: 'rows and totals that do not add up',
  5: 'overlapping pages',
  6: 'nobody at all',
  7: 'totals that are none',
  8: 'a group that is not listed',
  9: 'groups with members',
  10: '400 people yesterday, 12 today',
  11: 'cursors',
  12: 'states of an account',
  13: 'the groups of a person',
  14: 'optional fields and user names',
  15: 'envelopes',
  16: 'keys and ids that could do harm',
  17: 'credentials that are refused',
  18: 'services that stumble',
  19: 'too many requests',
  20: 'bodies that are not JSON',
  21: 'answers that break off',
  22: 'compression and size',
  23: 'answers that take for ever',
  24: 'redirects',
  25: 'no connection, and credentials in odd places',
  26: 'access tokens',
  27: 'proxies',
  28: 'a run that is cancelled',
} as const;

export type Case = keyof typeof CASES;

/** Cases that no source can meet by itself, and where they are tested instead. */
export const ELSEWHERE: Partial<Record<Case, { readonly reason: string; readonly test: string }>> = {
  10: {
    reason: 'a source does not know what there was yesterday: the whole population is held against it',
    test: '../../scenarios/hostile-paging.test.ts',
  },
};

/** Why a row does not exist for a source. */
export type Exceptions = Readonly<Partial<Record<SourceName, string>>>;
