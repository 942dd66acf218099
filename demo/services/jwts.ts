import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type Active, find } from '../fault-effects.ts';

/** How long a JWT is valid, in seconds. */
export const JWT_LIFETIME = 18_000;

/** The JWTs that the Content API has given out. Each is valid by itself, however many there are. */
export class Jwts {
  /** Every JWT since the start, oldest first. */
  readonly issued: string[] = [];
  readonly #key = randomBytes(32);
  /** When each JWT ends, in milliseconds since 1970. */
  readonly #ends = new Map<string, number>();
  /** Requests that each JWT has opened, the first one that was used first. */
  #uses = new Map<string, number>();

  issue(): string {
    const now = Math.floor(Date.now() / 1000);
    const payload = { sub: 'api', jti: randomUUID(), iat: now, exp: now + JWT_LIFETIME };
    const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part(payload)}`;
    const jwt = `${signed}.${createHmac('sha256', this.#key).update(signed).digest('base64url')}`;
    this.issued.push(jwt);
    this.#ends.set(jwt, payload.exp * 1000);
    return jwt;
  }

  /** True when this opens the door, which is counted; a fault may say that it was opened often enough. */
  open(jwt: string | undefined, active: readonly Active[]): boolean {
    if (jwt === undefined || (this.#ends.get(jwt) ?? 0) <= Date.now()) return false;
    const uses = this.#uses.get(jwt) ?? 0;
    this.#uses.set(jwt, uses);
    const fault = find(active, 'jwt-expires');
    const [first] = this.#uses.keys();
    if (fault !== undefined && (fault.again === true || jwt === first) && uses >= fault.after) return false;
    this.#uses.set(jwt, uses + 1);
    return true;
  }

  /** Counts from the beginning. What was valid stays valid. */
  reset(): void {
    this.#uses = new Map();
  }
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
