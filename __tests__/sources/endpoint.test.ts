import { describe, expect, test } from '@jest/globals';
import { shownEndpoint } from '../../src/sources/endpoint.ts';

function shown(address: string, ...secrets: readonly (string | undefined)[]): string {
  return shownEndpoint(new URL(address), secrets);
}

describe('the address of a source', () => {
  test.each([
    'https://api.leapsome.com/scim/v1',
    'https://www.leapsome.com/api/scim',
    'https://api.stackone.com/',
    'http://127.0.0.1:8080/scim/v1/',
    'https://gateway.example/hris/leapsome-scim/v2.1',
    'https://gateway.example/SCIM/V2/access_proxy',
    'http://[::1]:1/x',
  ])('is shown as it is: %s', (address) => {
    expect(shown(address, 'another-secret', undefined)).toBe(address);
  });

  test.each([
    'k3y-0f-a-gateway',
    'TOKEN-CANARY-c0ffee',
    '0123456789abcdef',
    'aBcDeFgHiJ',
    '550e8400-e29b-41d4-a716-446655440000',
    'with%20blank%7Bs%7D',
    'some%2Fkey',
    'eyJhbGciOiJIUzI1NiJ9.eyJpYXQiOjE3MDB9.c2ln',
    '%E0%A4%A',
    'abcdefghijklmnopqrstuvwxyzabcdef',
  ])('hides a part of the path that may be a key: %s', (key) => {
    expect(shown(`https://gateway.example/${key}/scim/v1`)).toBe('https://gateway.example/***/scim/v1');
  });

  test.each([
    ['canary', 'canary'],
    ['Canary', 'canary'],
    ['canary/more', 'canary/more'],
    ['canary/mo{re', 'canary/mo%7Bre'],
    ['can+ary', 'can+ary'],
    ['can%61ry', 'can%61ry'],
  ])('hides the credential %j, also where it looks like words', (secret, path) => {
    expect(shown(`https://gateway.example/${path}/scim/v1`, secret)).toBe('https://gateway.example/***');
  });

  test('never has user info, query or fragment', () => {
    expect(shown('https://user:pass@api.example/scim/v1?x=1#y')).toBe('https://api.example/scim/v1');
  });
});
