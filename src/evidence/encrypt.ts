import type { Encrypter } from 'age-encryption';
import { failure } from '../errors.ts';

/** Encrypts a text for those who hold the keys, without ever keeping all of it. */
export type Encrypt = (chunks: Iterable<string>) => AsyncIterable<Uint8Array>;

/** Kinds of age recipients by what stands before the last `1`; the library knows no others. */
const HYBRID = ['age1pq', 'age1tagpq'];
const CLASSIC = ['age', 'age1tag'];

/**
 * Gets ready to encrypt to these age recipients, and tries it, so that nothing is read for a snapshot that could not be
 * kept. Without `--armor`: the file is binary.
 * @throws CheckError `input-invalid`; nothing that could be a private key is in its message
 */
export async function encryptionTo(recipients: readonly string[]): Promise<Encrypt> {
  const { Encrypter } = await import('age-encryption');
  const encrypter = new Encrypter();
  for (const recipient of recipients) add(encrypter, recipient);
  const hybrid = recipients.filter((recipient) => HYBRID.includes(prefixOf(recipient)));
  if (hybrid.length > 0 && hybrid.length < recipients.length)
    throw failure(
      'input-invalid',
      '"encrypt-to" mixes recipients with and without post-quantum protection, which age does not allow: the weakest would count.',
      'Use "age1pq1…" and "age1tagpq1…" for all of them, or for none.',
    );
  await encrypter.encrypt('');
  return async function* (chunks) {
    yield* await encrypter.encrypt(ReadableStream.from(inBytes(chunks)) as ReadableStream<Uint8Array>);
  };
}

function* inBytes(chunks: Iterable<string>): Iterable<Uint8Array> {
  for (const chunk of chunks) yield Buffer.from(chunk, 'utf8');
}

function add(encrypter: Encrypter, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch {
    throw failure('input-invalid', whatIsWrong(recipient), HINT);
  }
}

const HINT =
  'Make a key with "age-keygen -o key.txt", keep that file where the snapshot may be read, and give the "age1…" that it prints.';

function whatIsWrong(recipient: string): string {
  if (/^AGE-(?:SECRET-KEY|PLUGIN)-/i.test(recipient))
    return '"encrypt-to" holds a private key. It opens every file that is encrypted for it, and is compromised now: make a new one.';
  if (/^(?:ssh-|ecdsa-|sk-)/i.test(recipient))
    return '"encrypt-to" holds an SSH key. Only recipients of age itself ("age1…") are possible.';
  if (recipient.startsWith('-----BEGIN'))
    return '"encrypt-to" holds a key in PEM or PGP form. Only recipients of age itself ("age1…") are possible.';
  const prefix = prefixOf(recipient);
  if (/^age1[a-z0-9-]+$/.test(prefix) && ![...HYBRID, ...CLASSIC].includes(prefix))
    return `"encrypt-to" holds a recipient of the age plugin "${prefix.slice('age1'.length)}", which does not exist here. Only recipients of age itself are possible.`;
  if (prefix === '') return '"encrypt-to" holds something that is no age recipient.';
  return `"encrypt-to" holds an age recipient with a mistake in it: "${recipient.slice(0, 12)}…" is too short, too long, or mistyped.`;
}

/** What stands before the last `1`, which ends it by the rules of bech32; empty for anything that is not age's. */
function prefixOf(recipient: string): string {
  return recipient.startsWith('age1') ? recipient.slice(0, recipient.lastIndexOf('1')) : '';
}
