/** Every kind of id there is; the prefix tells a reader of a log what it names. */
export const idPrefixes = [
  'ten',
  'usr',
  'key',
  'ses',
  'ivt',
  'plan',
  'sub',
  'evt',
  'whe',
  'whd',
] as const;

/** Prefix of a typed id. */
export type IdPrefix = (typeof idPrefixes)[number];

/** A typed, time-sortable id: `<prefix>_` and 26 characters of base32 over a UUIDv7. */
export type Id<P extends IdPrefix = IdPrefix> = `${P}_${string}`;

/** Id of a tenant. */
export type TenantId = Id<'ten'>;

/** The root tenant, created at first start; its members are the operators. */
export const PLATFORM_TENANT_ID: TenantId = 'ten_00000000000000000000000000';

const suffixPattern = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** Whether the text is a well-formed id of this kind. Says nothing about whether it exists. */
export function isId<P extends IdPrefix>(prefix: P, text: unknown): text is Id<P> {
  return (
    typeof text === 'string' &&
    text.startsWith(`${prefix}_`) &&
    suffixPattern.test(text.slice(prefix.length + 1))
  );
}
