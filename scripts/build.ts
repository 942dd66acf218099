// Compiles to build/ and bundles into dist/: one file that the action and the command line share.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { minify } from 'terser';

const require = createRequire(import.meta.url);
const run = (module: string, ...args: string[]): void => {
  execFileSync(process.execPath, [module, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
};

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
const { bin } = JSON.parse(readFileSync(require.resolve('typescript/package.json'), 'utf8')) as {
  bin: { tsc: string };
};
run(require.resolve('typescript/package.json').replace('package.json', bin.tsc), '-p', 'tsconfig.build.json');
run(
  require.resolve('@vercel/ncc/dist/ncc/cli.js'),
  'build',
  'build/src/index.js',
  '--out',
  'dist',
  '--target',
  'es2024',
  '--no-source-map-register',
  '--license',
  'licenses.txt',
  '--quiet',
);
await minifyAll('dist');

/** ncc minifies the entry only; what is loaded later is minified here, so that starting stays quick and dist small. */
async function minifyAll(directory: string): Promise<void> {
  for (const name of readdirSync(directory).filter((file) => file.endsWith('.js'))) {
    const path = join(directory, name);
    const { code } = await minify(readFileSync(path, 'utf8'), {
      module: true,
      ecma: 2020,
      compress: { passes: 1 },
      format: { comments: false, shebang: true },
    });
    writeFileSync(path, `${code}\n`);
  }
}
