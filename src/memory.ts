import { setFlagsFromString } from 'node:v8';

let asked = false;

/**
 * Keeps V8's nursery small from now on, and has it collect before the heap has doubled: for a large tenant that saves a
 * quarter of the peak memory, nearly half where sheets are written, and costs some of the time. Small runs are quicker
 * without it, so it is asked for only when there is much to hold.
 */
export function preferSmallHeap(): void {
  if (asked) return;
  asked = true;
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--heap-growing-percent=50');
}
