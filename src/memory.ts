import { setFlagsFromString } from 'node:v8';

let asked = false;

/**
 * Keeps V8's nursery small from now on: for a large tenant that saves about a quarter of the peak memory and costs a few
 * per cent of the time. Small runs are quicker without it, so it is asked for only when there is much to hold.
 */
export function preferSmallHeap(): void {
  if (asked) return;
  asked = true;
  setFlagsFromString('--semi-space-growth-factor=1');
}
