// A stand-in for a benchmark, in a process of its own: `node bench/server.ts PEOPLE LATENCY_MS [all]`. Prints what a check needs.

import { environmentOf } from '../demo/serve.ts';
import { startStandIn } from '../demo/stand-in.ts';
import { population, served, servedByAll } from './population.ts';

const [people, latencyMs, which] = process.argv.slice(2);
const tenant = population({ people: Number(people) });
// No rate limit: curl --parallel, the floor, would be refused; what the program sends is limited by itself.
const standIn = await startStandIn({
  population: which === 'all' ? servedByAll(tenant) : served(tenant),
  latencyMs: Number(latencyMs),
  rateLimit: 0,
});
console.log(JSON.stringify(environmentOf(standIn)));
process.once('SIGTERM', () => void standIn.close());
