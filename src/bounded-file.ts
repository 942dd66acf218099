import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** Why a file was not read: a code of the system, or one of these. */
export type Unread = 'ETOOLARGE' | 'ENOTAFILE' | (string & {});

/**
 * The bytes of a regular file of at most `limit` bytes. Links are not followed, and nothing waits for a pipe.
 * @throws Error with a `code`: `Unread`
 */
export function readBounded(path: string, limit: number): Buffer {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) throw Object.assign(new Error('no file'), { code: 'ENOTAFILE' });
    if (status.size > limit) throw Object.assign(new Error('too large'), { code: 'ETOOLARGE' });
    const bytes = Buffer.allocUnsafe(status.size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read)
      read = readSync(file, bytes, length, bytes.length - length, null);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
