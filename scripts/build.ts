// Compiles to build/ and bundles into dist/: one file that the action and the command line share.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const run = (module: string, ...args: string[]): void => {
  execFileSync(process.execPath, [module, ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
};

rmSync('build', { recursive: true, force: true });
rmSync('dist', { recursive: true, force: true });
const { bin } = JSON.parse(readFileSync(require.resolve('typescript/package.json'), 'utf8')) as { bin: { tsc: string } };
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
  '--minify',
  '--quiet',
);
