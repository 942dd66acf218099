import { expect, test } from '@jest/globals';
import { type Earlier, type Now, policyKey, since } from '../../src/history/since.ts';

const SAME = policyKey([{ sha256: 'aa' }, { sha256: 'bb' }]);
const OTHER = policyKey([{ sha256: 'aa' }, { sha256: 'cc' }]);

function earlier(change: Partial<Earlier> = {}): Earlier {
  return {
    startedAt: '2026-09-30T00:00:00.000Z',
    personalData: 'mask',
    policy: SAME,
    findings: new Map([
      [
        'f',
        {
          rule: 'missing-member',
          status: 'open',
          firstSeen: '2026-09-01',
          message: 'jane@example.com is not in Payroll',
          user: 'id of jane',
        },
      ],
    ]),
    roster: undefined,
    sources: 'scim',
    groups: new Map(),
    isWhole: true,
    ...change,
  };
}

function now(change: Partial<Now> = {}): Now {
  return {
    personalData: 'mask',
    policy: SAME,
    roster: { groups: [], people: [] },
    sources: 'scim',
    findings: [],
    reported: (id) => ({ id }),
    nameOfGroup: String,
    ...change,
  };
}

test.each([
  ['shown in a run that shows', earlier({ personalData: 'show' }), now({ personalData: 'show' }), true],
  ['masked before a run that shows', earlier({ policy: OTHER }), now({ personalData: 'show' }), true],
  ['masked by the same policy', earlier(), now(), true],
  ['shown before a run that masks', earlier({ personalData: 'show' }), now(), false],
  ['masked by another policy', earlier({ policy: OTHER }), now(), false],
  ['masked by an unknown policy', earlier({ policy: undefined }), now({ policy: undefined }), false],
])(
  'a text %s is repeated only where nobody is named by it whom this run masks',
  (_, before, after, isRepeated) => {
    const [gone] = since(before, after).goneFindings;
    expect(gone).toEqual({
      fingerprint: 'f',
      rule: 'missing-member',
      status: 'open',
      firstSeen: '2026-09-01',
      ...(isRepeated ? { message: 'jane@example.com is not in Payroll' } : {}),
      user: { id: 'id of jane' },
    });
  },
);
