/** Sorts texts by their UTF-16 units: the same in every locale, so that a report has one order everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
