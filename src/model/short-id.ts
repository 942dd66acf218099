const BEGINNING = 8;
const END = 4;

/** `5ecba01f…2027` for a long id; one that this would not make shorter stays. Masked people are called by it everywhere. */
export function shortId(id: string): string {
  const shortest = BEGINNING + 1 + END;
  return id.length > shortest ? `${id.slice(0, BEGINNING)}…${id.slice(-END)}` : id;
}
