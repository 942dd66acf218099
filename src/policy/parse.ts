import type { Problem } from '../model/problem.ts';
import { compile, type PolicyFile } from './compile.ts';
import { type PolicyError, toProblems } from './policy-error.ts';
import { MAX_MARKS, readTree, type Tree } from './tree.ts';
import type { Policy } from './types.ts';
import { validate } from './validate.ts';

/** A file of a policy as it was read: its text, and the limits of the includes on the way to it. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
  readonly sha256: string;
  readonly mayDefine: readonly (readonly string[])[];
}

/** An include that a file asks for. */
export interface IncludeRequest {
  readonly path: string;
  readonly mayDefine: readonly string[] | undefined;
  /** Makes a mistake that points at this include. */
  readonly fail: (code: string, message: string, label: string) => PolicyError;
}

/** Collects the files of one policy, then turns all of them into a policy or into every mistake at once. Pure. */
export class PolicyParser {
  readonly errors: PolicyError[] = [];
  readonly #trees = new Map<string, Tree>();
  readonly #files: PolicyFile[] = [];
  readonly #texts: SourceText[] = [];
  #marksLeft = MAX_MARKS;

  /** Takes a file, the root first, and gives the includes it asks for. */
  add(source: SourceText): readonly IncludeRequest[] {
    const tree = readTree(source.path, source.text, this.#marksLeft);
    this.#marksLeft -= tree.marks;
    const kind = this.#trees.size === 0 ? 'root' : 'included';
    this.#trees.set(source.path, tree);
    this.#texts.push(source);
    const { input, errors, lacksSets } = validate(tree, kind);
    for (const error of errors) this.errors.push(error);
    if (!input) return [];
    const { path, sha256, mayDefine } = source;
    this.#files.push({ path, sha256, tree, input, lacksSets, mayDefine });
    return (input.include ?? []).map((include) => {
      const place = tree.valuePlace(include, 'path');
      return {
        path: include.path,
        mayDefine: include['may-define'],
        fail: (code, message, label) => ({ code, message, label, place }),
      };
    });
  }

  finish(): { policy?: Policy; problems: Problem[] } {
    // Also with mistakes: what is right of each file is put together, so that mistakes of both kinds are told at once.
    const compiled = this.#files.length > 0 ? compile(this.#files) : { errors: [] };
    const errors = [...this.errors, ...compiled.errors];
    const problems = toProblems(errors, (path) => this.#trees.get(path)!.file);
    return problems.length > 0 || !('policy' in compiled)
      ? { problems }
      : { policy: compiled.policy!, problems: [] };
  }

  /** The files read so far, for the report. */
  files(): readonly { readonly path: string; readonly sha256: string }[] {
    return this.#texts.map(({ path, sha256 }) => ({ path, sha256 }));
  }
}
