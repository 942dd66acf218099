/** Longest name of a file without its ending, so that no file system refuses it. */
const LONGEST = 60;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/**
 * The name of a group as the name of a file: `a` to `z`, digits and single dashes, so that it can lead nowhere and means
 * the same on every file system. Empty where nothing of the name is left, or where it is the name of a device.
 */
export function slugOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const slug = plain.replace(/^-+/, '').slice(0, LONGEST).replace(/-+$/, '');
  return DEVICES.test(slug) ? '' : slug;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * A file name without ending for each group, by id: of its name alone where no other group has the same, else of its name
 * and id. An id that is more than a plain word is replaced by its hash.
 */
export function fileNames(
  groups: readonly Named[],
  sha256: (text: string) => string,
): ReadonlyMap<string, string> {
  const bySlug = Map.groupBy(groups, ({ name }) => slugOf(name));
  const long = new Set(groups.map(({ id, name }) => withId(slugOf(name), id, sha256)));
  return new Map(
    [...bySlug].flatMap(([slug, same]) => {
      // A name may read like that of another group with its id.
      const isFree = slug !== '' && same.length === 1 && !long.has(slug);
      return same.map(({ id }) => [id, isFree ? slug : withId(slug, id, sha256)] as const);
    }),
  );
}

/** The name that is nobody else's, whatever else there is. */
export function withId(slug: string, id: string, sha256: (text: string) => string): string {
  const word = /^[0-9a-z]{1,40}$/.test(id) ? id : sha256(id).slice(0, 24);
  return slug === '' ? `group-${word}` : `${slug}-${word}`;
}
