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
      return formatPatch(patch, FILE_HEADERS_ONLY);
    })
    .join('');
}
