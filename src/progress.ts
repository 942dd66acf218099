import type { Progress } from './sources/types.ts';

const EVERY_MS = 3000;
const BAR = 24;

export interface ProgressOutput {
  readonly write: (text: string) => void;
  /** A terminal gets one line that is written over; anything else a line every few seconds. */
  readonly isTerminal: boolean;
  readonly now: () => number;
}

/** Tells how far the reading is: nothing for a short one. */
export function createProgress(output: ProgressOutput): {
  update: (progress: Progress) => void;
  done: () => void;
} {
  const state = new Map<string, Progress>();
  let last = output.now();
  let shown = false;
  const update = (progress: Progress): void => {
    state.set(`${progress.source} ${progress.kind}`, progress);
    const pause = output.isTerminal ? 100 : EVERY_MS;
    if (output.now() - last < pause) return;
    last = output.now();
    shown = true;
    output.write(output.isTerminal ? `\r\u001b[K${line(state)}` : `${line(state)}\n`);
  };
  const done = (): void => {
    if (shown && output.isTerminal) output.write('\r\u001b[K');
  };
  return { update, done };
}

/** Several sources list the same people: the one that is furthest behind tells how far the reading is. */
function line(state: ReadonlyMap<string, Progress>): string {
  const parts = KINDS.flatMap(
    (kind) => slowest([...state.values()].filter((one) => one.kind === kind)) ?? [],
  );
  const users = parts.find(({ kind }) => kind === 'users');
  const filled = Math.round((users ? shareOf(users) : 0) * BAR);
  const counts = parts.map(
    ({ kind, received, reported }) =>
      `${received.toLocaleString('en-US')}${reported === undefined ? '' : ` of ${reported.toLocaleString('en-US')}`} ${kind}`,
  );
  return `Reading Leapsome ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${counts.join(', ')}`;
}

const KINDS = ['users', 'groups', 'roles'] as const satisfies readonly Progress['kind'][];

function slowest(all: readonly Progress[]): Progress | undefined {
  const counted = all.filter(({ reported }) => reported !== undefined);
  return (counted.length > 0 ? counted : all).toSorted((a, b) => shareOf(a) - shareOf(b))[0];
}

function shareOf({ received, reported }: Progress): number {
  return reported ? Math.min(1, received / reported) : 0;
}
