import type { Problem } from '../model/problem.ts';
import { compile, type PolicyFile } from './compile.ts';
import { type PolicyError, toProblems } from './policy-error.ts';
import { readTree, type Tree } from './tree.ts';
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

  /** Takes a file, the root first, and gives the includes it asks for. */
  add(source: SourceText): readonly IncludeRequest[] {
    const tree = readTree(source.path, source.text);
    const kind = this.#trees.size === 0 ? 'root' : 'included';
    this.#trees.set(source.path, tree);
    this.#texts.push(source);
    const { input, errors } = validate(tree, kind);
    this.errors.push(...errors);
    if (!input) return [];
    this.#files.push({ path: source.path, sha256: source.sha256, tree, input, mayDefine: source.mayDefine });
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
    const complete = this.#files.length === this.#texts.length;
    // What depends on several files can only be judged when each of them is right by itself.
    const compiled = complete ? compile(this.#files) : { errors: [] };
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
