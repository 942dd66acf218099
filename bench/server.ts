// A stand-in for a benchmark, in a process of its own: `node bench/server.ts PEOPLE LATENCY_MS`. Prints its URL and token.
import { startStandIn } from '../demo/stand-in.ts';
import { population, served } from './population.ts';

const [people, latencyMs] = process.argv.slice(2).map(Number);
// No rate limit: curl --parallel, the floor, would be refused; what the program sends is limited by itself.
const standIn = await startStandIn({
  population: served(population({ people: people! })),
  latencyMs: latencyMs!,
  rateLimit: 0,
});
console.log(JSON.stringify({ url: standIn.scimUrl, token: standIn.token }));
process.once('SIGTERM', () => void standIn.close());
