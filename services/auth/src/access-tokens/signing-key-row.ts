import { defineEntity, type InferEntity } from '@mikro-orm/core';
import { InstantColumn } from '@tollgate/runtime/database';

const p = defineEntity.properties;

/** Table `signing_key`: the keys of access tokens, their private halves encrypted. */
export const SigningKeyRow = defineEntity({
  name: 'SigningKeyRow',
  tableName: 'signing_key',
  properties: {
    kid: p.text().primary(),
    /** The public key, base64url. */
    publicX: p.text(),
    privateSealed: p.uint8array(),
    signFrom: p.type(InstantColumn).$type<Temporal.Instant>(),
    signUntil: p.type(InstantColumn).$type<Temporal.Instant>(),
  },
});

/** A row of `signing_key`. */
export type SigningKeyRow = InferEntity<typeof SigningKeyRow>;
