// node bench/formats.ts [--runs 5] [--only 5000,100000] [--program dist/index.js]: what each format adds to a check that
// writes report.json alone. A tenth of the people have a finding.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { FORMATS } from '../src/model/formats.ts';
import { type Command, medians } from './measure.ts';
import { policyFor, population } from './population.ts';
import { serve } from './serve.ts';

/** One person in twenty is external, and has an end date: two findings each. */
const FINDINGS = `requirements:
  - { name: no-externals, when: { employment-type: external }, require: { employment-type: internal } }
  - { name: no-end, when: { employment-type: external }, require: { end-date: absent } }
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '5000,100000' },
    program: { type: 'string', default: fileURLToPath(new URL('../dist/index.js', import.meta.url)) },
  },
});
const scratch = mkdtempSync(join(tmpdir(), 'access-bench-'));

try {
  console.log('| people | formats | wall | added | memory |');
  console.log('| ---: | --- | ---: | ---: | ---: |');
  for (const people of values.only.split(',').map(Number)) await measure(people);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function measure(people: number): Promise<void> {
  writeFileSync(join(scratch, 'policy.yml'), policyFor(population({ people })) + FINDINGS);
  const stand = await serve(people, 0);
  const formats = ['json', ...FORMATS.filter((format) => format !== 'json'), FORMATS.join(',')];
  const commands: Command[] = formats.map((format) => ({
    name: format,
    argv: [process.execPath, resolve(values.program), 'check', '--policy', 'policy.yml', '--formats', format],
    env: stand.env,
    exitCode: 1,
  }));
  try {
    const costs = await medians(commands, people > 20_000 ? 1 : Number(values.runs), scratch);
    const { wall: alone } = costs.get('json')!;
    for (const [name, { wall, memory }] of costs)
      console.log(
        `| ${people} | ${name.includes(',') ? 'all' : name} | ${wall.toFixed(2)} s | ${(wall - alone).toFixed(2)} s | ${memory.toFixed(0)} MiB |`,
      );
  } finally {
    stand.process.kill('SIGTERM');
  }
}
