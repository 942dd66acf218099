import { describe, expect, test } from '@jest/globals';
import { policyOf } from '../evaluate/builders.ts';

describe('what a policy says of sources', () => {
  test('is nothing by default, and stands where the policy begins', () => {
    const { sources, top } = policyOf('version: 1\n');
    expect(sources).toEqual({ required: [], optional: [], place: top });
    expect(policyOf('version: 1\nsources: {}\n').sources).toMatchObject({ required: [], optional: [] });
  });

  test('is which ones are required and which may fail, each once, with the place of the key', () => {
    const policy = policyOf(
      'version: 1\nsources:\n  required: [scim, scim, content]\n  optional: [stackone]\n',
    );
    expect(policy.sources).toMatchObject({ required: ['scim', 'content'], optional: ['stackone'] });
    expect(policy.locate(policy.sources.place)).toMatchObject({ line: 2, column: 1, endColumn: 8 });
  });
});

describe('an entry of groups', () => {
  test('may say the kind of the group', () => {
    const { groups } = policyOf('groups: [{ name: A, kind: business-unit }, { name: "B*" }]');
    expect(groups.map(({ ofKind }) => ofKind)).toEqual(['business-unit', undefined]);
  });

  test.each([
    '[{ name: A, kind: team }, { name: A, kind: department }]',
    '[{ name: A, id: "1" }, { name: A, kind: department }]',
    '[{ name: A, id: "1", kind: team }, { name: A, kind: department }]',
    '[{ name: A, id: "1", kind: team }, { name: A, id: "2", kind: team }]',
    '[{ name: "A*", kind: team }, { name: "A*" }, { name: A }]',
  ])('%s may all be about different groups', (groups) => {
    expect(policyOf(`groups: ${groups}`).groups.length).toBeGreaterThan(1);
  });
});
