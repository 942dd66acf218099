import type { Author } from './author.ts';
import type { Client } from './client.ts';
import type { Turn } from './marker.ts';

/** Where a run speaks, as whom, and when its turn is. */
export interface Place {
  readonly client: Client;
  readonly author: Author;
  readonly repository: { readonly owner: string; readonly repo: string };
  /** Of the policy that the run is about. */
  readonly key: string;
  readonly turn: Turn;
}

/** False when GitHub answers that there is no such thing. */
export async function isThere(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if ((error as { status?: unknown } | null)?.status === 404) return false;
    throw error;
  }
}
