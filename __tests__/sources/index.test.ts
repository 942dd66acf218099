import { describe, expect, it } from '@jest/globals';
import { createSources } from '../../src/sources/index.ts';
import type { HttpTools } from '../../src/sources/types.ts';
import { jumpingTime } from '../http/fake-service.ts';

const tools: HttpTools = {
  deps: jumpingTime(),
  userAgent: 'tests/1',
  signal: new AbortController().signal,
  deadline: 1,
  onSecret: () => {},
};

describe('sources', () => {
  const scim = { baseUrl: new URL('https://user:pass@api.example/scim/v1?x=1#y'), token: 'canary' };
  const content = { baseUrl: new URL('https://api.example/v1'), secret: 'canary' };
  const stackone = { baseUrl: new URL('https://stack.example'), apiKey: 'canary', accountId: 'acc' };

  it('are those that there are credentials for', () => {
    const names = (credentials: Parameters<typeof createSources>[0]) =>
      createSources(credentials, tools).map(({ name }) => name);
    expect(names({})).toEqual([]);
    expect(names({ scim })).toEqual(['scim']);
    expect(names({ stackone, content })).toEqual(['content', 'stackone']);
    expect(names({ stackone, content, scim })).toEqual(['scim', 'content', 'stackone']);
  });

  it('tell where they read from, without what else an address may hold', () => {
    const [source] = createSources({ scim }, tools);
    expect(source?.evidence()).toMatchObject({ endpoint: 'https://api.example/scim/v1', complete: false });
  });
});
