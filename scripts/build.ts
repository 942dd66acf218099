// Compiles to build/ and bundles into dist/: one program that the action and the command line share.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minify } from 'terser';

const require = createRequire(import.meta.url);
const BUNDLE = 'build/dist';

function run(module: string, ...args: string[]): void {
  execFileSync(process.execPath, [module, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

function compile(): void {
  const manifest = require.resolve('typescript/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } };
  run(manifest.replace('package.json', bin.tsc), '-p', 'tsconfig.build.json');
}

function bundle(): void {
  run(
    require.resolve('@vercel/ncc/dist/ncc/cli.js'),
    'build',
    'build/src/index.js',
    ...['--out', BUNDLE],
    ...['--target', 'es2024'],
    '--no-source-map-register',
    ...['--license', 'licenses.txt'],
    '--quiet',
  );
}

/** ncc minifies the entry only; what is loaded later is minified here, so that starting stays quick and dist small. */
async function minifyAll(): Promise<void> {
  for (const name of readdirSync(BUNDLE).filter((file) => file.endsWith('.js'))) {
    const path = join(BUNDLE, name);
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      ecma: 2020,
      format: { comments: false, shebang: true },
    });
    writeFileSync(path, `${code}\n`);
  }
}

rmSync('build', { recursive: true, force: true });
compile();
bundle();
await minifyAll();
// Only now, so that a build that fails leaves the last good bundle in place.
rmSync('dist', { recursive: true, force: true });
renameSync(BUNDLE, 'dist');
