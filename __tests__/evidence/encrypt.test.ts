import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import * as age from 'age-encryption';
import { CheckError } from '../../src/errors.ts';
import { encryptionTo } from '../../src/evidence/encrypt.ts';

/** A key as age itself made it. */
const IDENTITY = 'AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX';
const RECIPIENT = 'age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj';

async function encrypted(chunks: Iterable<string>, recipients: readonly string[]): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of (await encryptionTo(recipients))(chunks)) parts.push(part);
  return Buffer.concat(parts);
}

async function opened(bytes: Uint8Array, identity: string): Promise<string> {
  const decrypter = new age.Decrypter();
  decrypter.addIdentity(identity);
  return decrypter.decrypt(bytes, 'text');
}

describe('what is encrypted', () => {
  test('opens with the key of its recipient, and with no other', async () => {
    const bytes = await encrypted(['who ', 'has what'], [RECIPIENT]);
    expect(bytes.toString('latin1')).not.toContain('who');
    expect(await opened(bytes, IDENTITY)).toBe('who has what');
    await expect(opened(bytes, await age.generateX25519Identity())).rejects.toThrow();
  });

  test('opens for each of several recipients', async () => {
    const further = await age.generateX25519Identity();
    const bytes = await encrypted(['text'], [RECIPIENT, await age.identityToRecipient(further)]);
    expect([await opened(bytes, IDENTITY), await opened(bytes, further)]).toEqual(['text', 'text']);
  });

  test('opens for a recipient of the kind that outlasts quantum computers', async () => {
    const identity = await age.generateHybridIdentity();
    expect(await opened(await encrypted(['text'], [await age.identityToRecipient(identity)]), identity)).toBe(
      'text',
    );
  });

  test('may be large, come in pieces, and hold every script', async () => {
    const pieces = Array.from({ length: 300 }, (_, at) => `${at} Zoë 界 🏴 ${'x'.repeat(20_000)}\n`);
    expect(await opened(await encrypted(pieces, [RECIPIENT]), IDENTITY)).toBe(pieces.join(''));
  });

  test('is another text each time, so that nothing shows that nothing changed', async () => {
    const [one, two] = [await encrypted(['text'], [RECIPIENT]), await encrypted(['text'], [RECIPIENT])];
    expect(one.equals(two)).toBe(false);
  });

  test('is what becomes of a mistake while the text is made: nothing', async () => {
    function* broken(): Iterable<string> {
      yield 'x'.repeat(200_000);
      throw new Error('made wrong');
    }
    await expect(encrypted(broken(), [RECIPIENT])).rejects.toThrow('made wrong');
  });

  const hasAge = spawnSync('age', ['--version']).status === 0;
  (hasAge ? test : test.skip)('opens with age itself', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'access-policy-age-'));
    try {
      writeFileSync(join(directory, 'key.txt'), `${IDENTITY}\n`);
      writeFileSync(join(directory, 'file.age'), await encrypted(['who has what'], [RECIPIENT]));
      const { stdout } = spawnSync('age', ['-d', '-i', 'key.txt', 'file.age'], {
        cwd: directory,
        encoding: 'utf8',
      });
      expect(stdout).toBe('who has what');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('refused by name', () => {
  async function refusal(...recipients: string[]): Promise<string> {
    const error = await encryptionTo(recipients).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CheckError);
    const [{ code, message, hint }] = (error as CheckError).problems as [
      { code: string; message: string; hint: string },
    ];
    expect(code).toBe('input-invalid');
    return `${message} ${hint}`;
  }

  test.each([
    ['a private key', IDENTITY, 'private key'],
    ['a private key in small letters', IDENTITY.toLowerCase(), 'private key'],
    ['an SSH key', 'ssh-ed25519', 'SSH key'],
    ['an RSA key of SSH', 'ssh-rsa', 'SSH key'],
    ['a PEM key', '-----BEGIN', 'PEM'],
    [
      'a recipient of a plugin',
      'age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t',
      '"yubikey"',
    ],
    ['a mistyped recipient', RECIPIENT.replace('zvkyg', 'zvkyh'), 'mistake'],
    ['half a recipient', RECIPIENT.slice(0, 40), 'mistake'],
    ['capitals', RECIPIENT.toUpperCase(), 'no age recipient'],
    ['an address', 'auditor@example.com', 'no age recipient'],
  ])('%s', async (_, value, says) => {
    const said = await refusal(value);
    expect(said).toContain(says);
    if (!value.startsWith('age1') && !says.includes('SSH') && value.length > 10)
      expect(said).not.toContain(value.slice(0, 16));
  });

  test('the first that is wrong, although another is right', async () => {
    expect(await refusal(RECIPIENT, 'ssh-ed25519')).toContain('SSH key');
  });

  test('recipients that protect less than the others', async () => {
    const hybrid = await age.identityToRecipient(await age.generateHybridIdentity());
    expect(await refusal(RECIPIENT, hybrid)).toContain('mixes');
  });
});
