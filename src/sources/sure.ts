import { failure } from '../errors.ts';

/** What one reading of everything came to. */
export interface Doubtful {
  /** Why the books do not balance. */
  readonly doubt: string | undefined;
  /** Something refers to a record that was not listed: it may have been made in the meantime. */
  readonly dangles: boolean;
}

/** Reads again, once, when the books do not balance, and once when something refers to what is not listed. */
export async function readUntilSure<T extends Doubtful>(
  service: string,
  readAll: () => Promise<T>,
): Promise<T> {
  let doubted = false;
  let dangled = false;
  for (;;) {
    const all = await readAll();
    if (all.doubt !== undefined) {
      if (doubted) throw doesNotAddUp(service, all.doubt);
      doubted = true;
    } else if (!dangled && all.dangles) {
      dangled = true;
    } else {
      return all;
    }
  }
}

/** Work that is worth something only as a whole: when one part fails, the others are not waited for. */
export function together<T extends readonly unknown[]>(
  stop: AbortController,
  parts: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const giveUp = (reason: unknown) => {
    stop.abort(reason);
    throw reason;
  };
  return Promise.all(parts.map((part) => (part as Promise<unknown>).catch(giveUp))) as unknown as Promise<T>;
}

/** A tenant without anybody is far more often a credential that sees nobody. */
export function nobodyThere(service: string, credential: string) {
  return failure(
    'empty-population',
    `${service} reports no people at all.`,
    `Check that ${credential} belongs to the right Leapsome account. If it really has no people yet, say \`min-users: 0\` in the policy.`,
  );
}

function doesNotAddUp(service: string, doubt: string) {
  return failure(
    'incomplete',
    `What ${service} sent does not add up, and did not when it was read a second time: ${doubt}.`,
    'If people are being imported or synchronised just now, run again afterwards. If it stays so, report it to Leapsome with these numbers.',
  );
}
