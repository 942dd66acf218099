import { describe, expect, test } from '@jest/globals';
import type { PendingState } from '../../src/model/snapshot.ts';
import {
  found,
  idOf,
  judge,
  only,
  type PersonNote,
  parse,
  ruleOf,
  type SnapshotNotes,
  snapshot,
} from '../evaluate/builders.ts';
import { keepsContract } from './contract.ts';

const SCIM = "Leapsome's SCIM API";
const CONTENT = "Leapsome's Content API";
const STACKONE = "StackOne's IAM API";

/** What SCIM and the Content API say of the same people. */
const two = (scim: readonly PersonNote[], content: readonly PersonNote[]): SnapshotNotes => ({
  views: { scim: { people: scim }, content: { people: content } },
});

const messages = (all: SnapshotNotes, policy = 'rules: {}'): string[] =>
  judge(policy, all)
    .findings.filter(({ rule }) => rule === 'source-disagreement')
    .map(({ message }) => message);

keepsContract({
  rule: 'source-disagreement',
  severity: 'error',
  policy: '⟦version⟧: 1\n',
  people: two(['jo'], [{ name: 'jo', lifecycle: 'terminated' }]),
  finds: 'jo',
  message: `sources disagree about jo@example.com: ${SCIM} says active, ${CONTENT} says terminated`,
  clean: two(['jo: A', '-old'], ['jo: A', '-old']),
  exception: 'user: jo@example.com',
  renamed: {
    people: two(
      [{ name: 'joanna', id: idOf('jo') }],
      [{ name: 'joanna', id: idOf('jo'), lifecycle: 'deactivated' }],
    ),
  },
});

describe('source-disagreement', () => {
  test('with one source cannot be evaluated, which is a notice unless the policy asks for it', () => {
    const quiet = judge('rules: {}', { people: ['jo'] });
    expect(ruleOf(quiet, 'source-disagreement')).toEqual({
      id: 'source-disagreement',
      severity: 'notice',
      status: 'not-evaluated',
      findings: 0,
      reason: `only ${SCIM} was read, so that nothing can contradict it`,
    });
    expect(quiet.problems).toEqual([]);
    expect(judge('rules: { source-disagreement: warning }', { people: ['jo'] }).problems).toEqual([]);
    expect(judge('rules: { source-disagreement: error }', { people: ['jo'] }).problems).toMatchObject([
      { code: 'not-evaluated' },
    ]);
    expect(found(judge('rules: { source-disagreement: off }', { people: ['jo'] }))).toEqual([]);
  });

  test('says which source was to be read and could not be', () => {
    const one = judge('rules: {}', { people: ['jo'], failed: ['content'] });
    expect(ruleOf(one, 'source-disagreement').reason).toBe(
      `only ${SCIM} was read, so that nothing can contradict it; ${CONTENT} could not be read in this run`,
    );
    const all = { ...two(['jo'], ['jo']), failed: ['stackone'] as const };
    const rest = judge('rules: {}', all);
    expect(ruleOf(rest, 'source-disagreement')).toMatchObject({
      status: 'not-evaluated',
      severity: 'notice',
      reason: `${STACKONE} could not be read in this run`,
    });
    expect(rest.problems).toEqual([]);
    const asked = judge('rules: { source-disagreement: error }', all);
    expect(asked.problems).toMatchObject([{ code: 'not-evaluated' }]);
  });

  test('can be named by an exception about a person', () => {
    expect(
      parse(
        'exceptions: [{ rule: source-disagreement, user: jo@example.com, reason: r, owner: o, expires: 2026-12-31 }]',
      ).problems,
    ).toEqual([]);
  });

  test('offers an exception that excuses it, masked or not', () => {
    const all = two(['jo'], ['-jo']);
    for (const personalData of ['show', 'mask'] as const) {
      const { remedies, message } = only(judge('rules: {}', all, { personalData }), 'source-disagreement');
      expect(message.includes('jo@example.com')).toBe(personalData === 'show');
      const pasted = remedies.policy
        .replace('reason: …', 'reason: r')
        .replace('owner: …', 'owner: o')
        .replace('expires: …', 'expires: 2026-12-31');
      expect(found(judge(pasted, all), 'source-disagreement')).toEqual(['jo (excepted)']);
    }
  });

  test('is about a person once a kind of disagreement, with fingerprints of their own', () => {
    const all: SnapshotNotes = {
      views: {
        scim: { people: ['jo: A'] },
        content: { people: ['-jo: B'] },
        stackone: { people: [] },
      },
    };
    const { findings } = judge('groups: [{ name: "*" }]', all);
    const ours = findings.filter(({ rule }) => rule === 'source-disagreement');
    expect(ours.map(({ message }) => message.split(':')[0]).sort()).toEqual([
      'sources disagree about jo@example.com',
      'sources disagree about jo@example.com',
      'sources disagree about the groups of jo@example.com',
    ]);
    expect(new Set(ours.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
});

describe('source-disagreement about whether an account is in use', () => {
  const content = (attributes: Record<string, unknown>): SnapshotNotes =>
    two(['jo'], [{ name: 'jo', ...attributes }]);

  test.each([
    [{ active: false }, 'deactivated'],
    [{ active: false, status: 'removed' }, 'removed'],
    [{ active: false, lifecycle: 'terminated' }, 'terminated'],
    [{ lifecycle: 'terminated' }, 'terminated'],
    [{ lifecycle: 'deactivated' }, 'deactivated'],
    [{ 'end-date': '2026-11-21' }, 'end date 2026-11-21'],
    [{ active: false, pending: 'invited', lifecycle: 'terminated' }, 'terminated'],
  ])('an active one is contradicted by %j', (attributes, says) => {
    expect(messages(content(attributes))).toEqual([
      `sources disagree about jo@example.com: ${SCIM} says active, ${CONTENT} says ${says}`,
    ]);
  });

  test.each([
    {},
    { 'end-date': '2026-11-22' },
    { 'end-date': 'some day' },
    { lifecycle: 'offboarding' },
    { lifecycle: 'leave' },
    ...(['created', 'invited', 'pre-boarding'] as PendingState[]).map((pending) => ({ pending })),
  ])('and not by %j', (attributes) => {
    expect(messages(content(attributes))).toEqual([]);
  });

  test('ends with the last day in UTC', () => {
    const at = (asOf: string) =>
      found(judge('rules: {}', content({ 'end-date': '2026-11-22' }), { asOf }), 'source-disagreement');
    expect(at('2026-11-22T23:59:59.999Z')).toEqual([]);
    expect(at('2026-11-23T00:00:00Z')).toEqual(['jo']);
  });

  test('names every source that has the account, and what a pending one says', () => {
    const all: SnapshotNotes = {
      views: {
        scim: { people: ['jo'] },
        content: { people: ['~jo'] },
        stackone: { people: ['-jo'] },
      },
    };
    expect(messages(all)).toEqual([
      `sources disagree about jo@example.com: ${SCIM} says active, ${CONTENT} says invited, ${STACKONE} says deactivated`,
    ]);
  });

  test('is nothing where all say that somebody is gone, each in its way', () => {
    const gone = two([{ name: 'jo', 'end-date': '2026-01-31' }], [{ name: 'jo', active: false }]);
    expect(messages(gone)).toEqual([]);
  });
});

describe('source-disagreement about whether there is an account', () => {
  test('names who lists it, with the state, and who does not', () => {
    expect(messages(two(['jo', 'sam'], ['sam']))).toEqual([
      `sources disagree about jo@example.com: ${SCIM} says active, ${CONTENT} does not list the account`,
    ]);
    expect(messages(two([], [{ name: 'jo', pending: 'pre-boarding' }]))).toEqual([
      `sources disagree about jo@example.com: ${SCIM} does not list the account, ${CONTENT} says pre-boarding`,
    ]);
  });

  test('is nothing when whoever lists it says that it is gone', () => {
    const removed = { name: 'jo', active: false, status: 'removed' };
    expect(messages(two([], [removed]))).toEqual([]);
    expect(messages(two(['-jo'], []))).toEqual([]);
    const third = { views: { ...two([], [removed]).views, stackone: { people: ['-jo'] } } };
    expect(messages(third)).toEqual([]);
    const live = { views: { ...two([], [removed]).views, stackone: { people: ['jo'] } } };
    expect(messages(live)).toContain(
      `sources disagree about jo@example.com: ${SCIM} does not list the account, ${CONTENT} says removed, ${STACKONE} says active`,
    );
  });
});

describe('source-disagreement about groups', () => {
  test('lists what differs by name, with both sides', () => {
    expect(messages(two(['jo: B, Same'], ['jo: A, Same']))).toEqual([
      `sources disagree about the groups of jo@example.com: A (${CONTENT} says in, ${SCIM} says not in), B (${SCIM} says in, ${CONTENT} says not in)`,
    ]);
    const three: SnapshotNotes = {
      views: {
        scim: { people: ['jo: A'] },
        content: { people: ['jo'] },
        stackone: { people: ['jo: A'] },
      },
    };
    expect(messages(three)).toEqual([
      `sources disagree about the groups of jo@example.com: A (${SCIM} and ${STACKONE} say in, ${CONTENT} says not in)`,
    ]);
  });

  test('lists three at most, and says how many more there are', () => {
    const [message] = messages(two(['jo: E, D, C, B, A'], ['jo']));
    expect(message).toMatch(/: A \(.*, B \(.*, C \(.*, and 2 more$/);
    expect(message).not.toContain('D (');
  });

  test('calls a group that nobody lists by its id', () => {
    expect(messages(two(['jo: #42'], ['jo']))[0]).toContain(': 42 (');
  });

  test('does not expect a source to show a group that it never shows', () => {
    const shows = (...names: string[]): SnapshotNotes => ({
      views: {
        scim: { people: ['jo: Team', 'sam: Team'] },
        content: { people: ['jo: Dept', 'sam: Dept'], shows: names },
      },
    });
    expect(messages(shows())).toHaveLength(2);
    const limited = (...names: string[]): SnapshotNotes => ({
      views: {
        scim: { people: ['jo: Team'], shows: names },
        content: { people: ['jo: Dept'], shows: names },
      },
    });
    expect(messages(limited('Other'))).toEqual([]);
    expect(messages(limited('Team'))[0]).toBe(
      `sources disagree about the groups of jo@example.com: Team (${SCIM} says in, ${CONTENT} says not in)`,
    );
  });

  test('does not ask a source that knows nothing of membership, nor one that has no such account', () => {
    const silent = (people: PersonNote[]): SnapshotNotes => ({
      views: { scim: { people: ['jo: A'] }, stackone: { people, unknown: ['membership'] } },
    });
    expect(messages(silent(['jo']))).toEqual([]);
    expect(messages(two(['jo: A'], []))).toHaveLength(1);
  });

  test('leaves people alone who are gone everywhere, and looks at ones who are live in one source or pending', () => {
    expect(messages(two(['-jo: A'], ['-jo']))).toEqual([]);
    expect(messages(two(['~jo: A'], ['~jo']))).toHaveLength(1);
    expect(messages(two(['-jo: A'], ['~jo']))).toHaveLength(1);
  });

  test('finds one group among many, whatever their order', () => {
    const names = Array.from({ length: 50 }, (_, index) => `G${index}`);
    const reversed = [...names].reverse();
    const all = (own: string[]) => two([{ name: 'jo', in: names }], [{ name: 'jo', in: own }]);
    expect(messages(all(reversed))).toEqual([]);
    expect(messages(all(reversed.filter((name) => name !== 'G7')))[0]).toContain(': G7 (');
  });
});

test('source-disagreement makes nothing for people of whom all say the same', () => {
  const people = Array.from({ length: 2000 }, (_, index) => `p${index}: A, B`);
  const all = snapshot({
    views: { scim: { people }, content: { people }, stackone: { people: [...people, 'odd: A'] } },
  });
  expect(found(judge('groups: [{ name: "*" }]', all))).toEqual(['source-disagreement: odd']);
});
