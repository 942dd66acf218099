import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from 'diff';

/** A file before and after. */
export interface EditedFile {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}

/** What changes, as `git apply` and `patch -p1` take it. */
export function unifiedDiff(files: readonly EditedFile[]): string {
  return files
    .map(({ path, before, after }) => {
      const name = path.replace(/^\//, '');
      const patch = structuredPatch(`a/${name}`, `b/${name}`, before, after, undefined, undefined, {
        context: 3,
      });
      return withNamesThatEnd(formatPatch(patch, FILE_HEADERS_ONLY));
    })
    .join('');
}

// The two lines of names. In quotes a name ends by itself.
const NAME_WITH_BLANK = /^(?:---|\+\+\+) [^"\n]* [^\n]*$/;

/** A tab behind each name with a blank, as git writes it: `patch` would take the name to end at the blank. */
function withNamesThatEnd(patch: string): string {
  const lines = patch.split('\n');
  return lines
    .map((line, index) => (index < 2 && NAME_WITH_BLANK.test(line) ? `${line}\t` : line))
    .join('\n');
}
