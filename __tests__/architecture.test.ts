import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const SRC = fileURLToPath(new URL('../src', import.meta.url));

const FILES = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => file.replaceAll('\\', '/'));

/** What a file imports: local files relative to src, packages by name. Types count as well: they tie just as much. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import\(|^import)\s*(?:\/\*.*?\*\/\s*)?'([^']+)'/gm)].map(
    (match) => match[1]!,
  );
  return specifiers.map((specifier) =>
    specifier.startsWith('.')
      ? relative(SRC, resolve(SRC, dirname(file), specifier)).replaceAll('\\', '/')
      : specifier,
  );
}

function inside(...folders: readonly string[]): (file: string) => boolean {
  return (file) => folders.some((folder) => file === folder || file.startsWith(`${folder}/`));
}

/** Of reviews, what touches files and services. */
const REVIEW_EDGE = ['review/read.ts', 'review/directory.ts', 'review/start.ts', 'review/view.ts'];
const PURE = FILES.filter(
  inside(
    'model',
    'rules',
    'evaluate',
    'reporters',
    'policy',
    'draft',
    'edit',
    'history',
    'explain',
    'review',
    'merge',
  ),
).filter((file) => file !== 'policy/read.ts' && !REVIEW_EDGE.includes(file));
/** What is thought about evidence; the rest of the folder reads and writes it. */
const PURE_EVIDENCE = ['manifest.ts', 'manifest-schema.ts', 'snapshot.ts', 'verify-view.ts'].map(
  (file) => `evidence/${file}`,
);

/** Each line: these files may import those, and packages of these names. */
const ALLOWED: readonly {
  files: (file: string) => boolean;
  local: (file: string) => boolean;
  packages: readonly string[];
}[] = [
  { files: inside('model'), local: inside('model'), packages: [] },
  {
    files: inside('rules'),
    local: inside('model', 'rules', 'policy', 'evaluate'),
    packages: [],
  },
  { files: inside('evaluate'), local: inside('model', 'policy', 'rules', 'evaluate'), packages: [] },
  {
    files: inside('reporters'),
    local: inside('model', 'reporters'),
    packages: [
      'zod',
      'csv-stringify',
      'hono/html',
      'hucre',
      'fast-xml-builder',
      'node-sarif-builder',
      'uuid',
    ],
  },
  {
    files: (file) => inside('policy')(file) && file !== 'policy/read.ts',
    local: inside('model', 'policy', 'rules'),
    packages: ['yaml', 'zod', 'fastest-levenshtein'],
  },
  {
    files: inside('explain'),
    local: inside('model', 'policy', 'rules', 'evaluate', 'explain'),
    packages: [],
  },
  {
    files: inside('draft'),
    local: inside('model', 'policy', 'rules', 'evaluate', 'draft'),
    packages: [],
  },
  {
    files: (file) => inside('review')(file) && !REVIEW_EDGE.includes(file),
    local: inside('model', 'policy', 'review'),
    packages: [],
  },
  {
    files: inside(...PURE_EVIDENCE),
    local: inside('model', 'reporters', 'evidence'),
    packages: ['zod'],
  },
  { files: inside('history'), local: inside('model', 'history'), packages: [] },
  {
    files: inside('merge'),
    local: inside('model', 'merge', 'evaluate/verdict.ts', 'reporters/wording.ts'),
    packages: [],
  },
  { files: inside('edit'), local: inside('model', 'policy', 'edit'), packages: ['yaml', 'diff'] },
  { files: inside('sources'), local: inside('model', 'sources', 'http', 'errors.ts'), packages: [] },
  { files: inside('http'), local: inside('model', 'http', 'errors.ts'), packages: ['undici', 'node:'] },
];

describe('imports go one way', () => {
  test.each(ALLOWED.map((rule, index) => [index, rule] as const))(
    'rule %i',
    (_index, { files, local, packages }) => {
      const concerned = FILES.filter(files);
      expect(concerned.length).toBeGreaterThan(0);
      const strangers = concerned.flatMap((file) =>
        importsOf(file)
          .filter(
            (target) =>
              !(target.endsWith('.ts') ? local(target) : packages.some((name) => target.startsWith(name))),
          )
          .map((target) => `${file} imports ${target}`),
      );
      expect(strangers).toEqual([]);
    },
  );

  test('only the HTTP layer knows undici, only the action knows @actions', () => {
    const users = (name: string) =>
      FILES.filter((file) => importsOf(file).some((target) => target.startsWith(name)));
    expect(users('undici')).toEqual(['http/undici.ts']);
    expect(users('@actions/').sort()).toEqual(['action.ts', 'github/client.ts']);
  });

  test('only what encrypts the snapshot knows the library for it', () => {
    expect(FILES.filter((file) => importsOf(file).includes('age-encryption'))).toEqual([
      'evidence/encrypt.ts',
    ]);
  });

  test('nothing imports the entry', () => {
    expect(FILES.filter((file) => importsOf(file).includes('index.ts'))).toEqual([]);
  });
});

test('the pure part neither reads the clock nor the process, and prints nothing', () => {
  const forbidden =
    /\b(?:process\.|console\.|Date\.now\(|new Date\(\)|Math\.random\(|random(?:Bytes|UUID)\(|performance\.now\()/;
  const guilty = [...PURE, ...PURE_EVIDENCE].filter((file) =>
    forbidden.test(readFileSync(join(SRC, file), 'utf8')),
  );
  expect(guilty).toEqual([]);
});
