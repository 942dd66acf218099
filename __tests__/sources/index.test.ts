import { describe, expect, it } from '@jest/globals';
import { createSources, type HttpTools } from '../../src/sources/index.ts';
import { jumpingTime } from '../http/fake-service.ts';

const tools: HttpTools = {
  deps: jumpingTime(),
  userAgent: 'tests/1',
  signal: new AbortController().signal,
  deadline: 1,
};

describe('sources', () => {
  it('are those that there are credentials for', () => {
    const scim = { baseUrl: new URL('https://user:pass@api.example/scim/v1?x=1#y'), token: 'canary' };
    const sources = createSources({ scim }, tools);
    expect(sources.map(({ name }) => name)).toEqual(['scim']);
    expect(sources[0]?.evidence()).toMatchObject({
      endpoint: 'https://api.example/scim/v1',
      complete: false,
    });
  });

  it('are missed where there are no credentials', () => {
    expect(() => createSources({}, tools)).toThrow(
      expect.objectContaining({ problems: [expect.objectContaining({ code: 'no-credentials' })] }),
    );
  });
});
