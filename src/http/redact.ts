/** Shorter values would blot out ordinary words, and are no secrets. */
const SHORTEST_SECRET = 4;

/**
 * Blots out secrets in a text, in whatever case and also percent-encoded or in base64. Messages are written
 * so that there is nothing to find; this is the second line of defence.
 */
export function createRedactor(secrets: readonly string[]): (text: string) => string {
  const forms = [...new Set(secrets.flatMap(formsOf))].filter((form) => form.length >= SHORTEST_SECRET);
  if (forms.length === 0) return (text) => text;
  forms.sort((a, b) => b.length - a.length);
  const pattern = new RegExp(forms.map((form) => form.replace(/[^A-Za-z0-9]/g, asEscape)).join('|'), 'gi');
  return (text) => text.replace(pattern, '***');
}

/** The value, the parts of it ("Bearer …"), and how URLs and Basic credentials would write them. */
function formsOf(secret: string): string[] {
  const plain = [secret.trim(), ...secret.split(/\s+/)];
  return plain.flatMap((value) => [value, encodeURIComponent(value.toWellFormed()), base64(value)]);
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64').replace(/=+$/, '');
}

function asEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
