import { fileURLToPath } from 'node:url';
import { distHash } from '../../src/evidence/dist-hash.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/index.js', import.meta.url));

/**
 * The seed of property tests is drawn from the built program: the same program is always tested with the same cases, so
 * that what passed once passes again, and each change draws new ones. `PROPERTY_SEED` sets another.
 */
export default function chooseSeed(): void {
  process.env.PROPERTY_SEED ??= String(Number.parseInt(distHash(PROGRAM)!.slice(0, 8), 16) | 0);
}
