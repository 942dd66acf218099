import { createHash } from 'node:crypto';
import { evaluate } from '../src/evaluate/evaluate.ts';
import { Population } from '../src/evaluate/population.ts';
import type { Group, Person, Snapshot } from '../src/model/snapshot.ts';
import { PolicyParser } from '../src/policy/parse.ts';
import type { Policy } from '../src/policy/types.ts';
import { createPicker, EXTENSION_ATTRIBUTES } from '../src/sources/scim-pick.ts';
import { groupPages, longPolicyFor, policyFor, population, userPages } from './population.ts';

const RUNS = 5;

/** How parsing and comparing grow, without network: each should cost in proportion to the people. */
export async function compareInProcess(sizes: readonly number[]): Promise<void> {
  console.log('| people | read the policy | compare | of it a thousand people |');
  console.log('| ---: | ---: | ---: | ---: |');
  for (const people of sizes) {
    const layout = population({ people });
    const snapshot = snapshotOf(layout);
    const parsing: number[] = [];
    const comparing: number[] = [];
    for (let run = 0; run < (people > 200_000 ? 3 : RUNS); run++) {
      const text = policyFor(layout);
      const before = performance.now();
      const policy = parse(text);
      const between = performance.now();
      const { findings, problems } = evaluate(
        { policy, population: new Population(snapshot), asOf: Date.now(), personalData: 'mask' },
        { sha256: (value) => createHash('sha256').update(value).digest('hex') },
      );
      comparing.push(performance.now() - between);
      parsing.push(between - before);
      if (findings.length + problems.length > 0)
        throw new Error('the generated policy does not fit its population');
    }
    const compare = middle(comparing);
    console.log(
      `| ${people.toLocaleString('en-US')} | ${seconds(middle(parsing))} | ${seconds(compare)} | ${((compare / people) * 1000).toFixed(2)} ms |`,
    );
  }
  const text = longPolicyFor(population({ people: 100_000 }));
  const times = Array.from({ length: RUNS }, () => {
    const before = performance.now();
    parse(text);
    return performance.now() - before;
  });
  console.log(
    `\nA policy of ${(text.split('\n').length - 1).toLocaleString('en-US')} lines is read, with positions, in ${seconds(middle(times))}.`,
  );
}

function parse(text: string): Policy {
  const parser = new PolicyParser();
  parser.add({ path: 'policy.yml', text, sha256: '', mayDefine: [] });
  const { policy, problems } = parser.finish();
  if (!policy) throw new Error(problems[0]?.message);
  return policy;
}

function snapshotOf(layout: ReturnType<typeof population>): Snapshot {
  const picker = createPicker([]);
  const people: Person[] = [];
  const groups: Group[] = [];
  for (const { body } of userPages(layout)) {
    for (const row of JSON.parse(`[${body}]`)) people.push(picker.person(row));
  }
  for (const { body } of groupPages(layout)) {
    for (const row of JSON.parse(`[${body}]`)) groups.push(picker.group(row));
  }
  const facts = new Set([
    'membership',
    'team',
    'group-catalogue',
    'domain',
    'title',
    'manager',
    ...EXTENSION_ATTRIBUTES,
  ] as never[]);
  return { people, groups, roles: undefined, sources: ['scim'], facts };
}

function middle(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
