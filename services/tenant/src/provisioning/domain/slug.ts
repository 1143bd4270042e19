/** Longest slug made from a name, in characters; leaves room for a suffix below the limit of 63. */
const madeSlugLengthMax = 50;

/**
 * The slug that a name for people suggests: lower-case ASCII letters, digits and single hyphens.
 * A name without any usable character gives `tenant`.
 */
export function slugFromName(name: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}+/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, madeSlugLengthMax)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'tenant' : slug;
}

/** Letters of a suffix: no vowels and none that looks like a digit, so that it spells nothing. */
const suffixAlphabet = 'bcdfghjkmnpqrstvwxz23456789';
const suffixLength = 6;

/**
 * Six characters that tell a made slug from one that is taken. Some letters come a little more often
 * than others: nothing depends on it.
 */
function randomSuffix(randomBytes: (length: number) => Uint8Array): string {
  const letters = Array.from(randomBytes(suffixLength), (byte) =>
    suffixAlphabet.charAt(byte % suffixAlphabet.length),
  );
  return letters.join('');
}

/** A made slug that was taken, told apart by a suffix of lower-case letters and digits. */
export function withSuffix(slug: string, suffix: string): string {
  return `${slug}-${suffix}`;
}

/** How often a made slug is tried: a suffix of six characters collides about never. */
const madeSlugTriesMax = 5;

/**
 * Slugs to try in order. One that was asked for is the only one; a made one gets suffixes when it
 * is taken.
 */
export function slugCandidates(
  wanted: { slug: string; tenantName: string },
  randomBytes: (length: number) => Uint8Array,
): string[] {
  if (wanted.slug !== '') return [wanted.slug];
  const made = slugFromName(wanted.tenantName);
  const suffixed = Array.from({ length: madeSlugTriesMax - 1 }, () =>
    withSuffix(made, randomSuffix(randomBytes)),
  );
  return [made, ...suffixed];
}
