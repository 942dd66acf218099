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
  const state = new Map<Progress['kind'], Progress>();
  let last = output.now();
  let shown = false;
  const update = (progress: Progress): void => {
    state.set(progress.kind, progress);
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

function line(state: ReadonlyMap<Progress['kind'], Progress>): string {
  const parts = [...state.values()].map(
    ({ kind, received, reported }) =>
      `${received.toLocaleString('en-US')}${reported === undefined ? '' : ` of ${reported.toLocaleString('en-US')}`} ${kind}`,
  );
  const users = state.get('users');
  const share = users?.reported ? Math.min(1, users.received / users.reported) : 0;
  const filled = Math.round(share * BAR);
  return `Reading Leapsome ${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${parts.join(', ')}`;
}
