import type { Id, IdPrefix } from '@tollgate/api';
import { typeid } from 'typeid-js';

/** A new id of this kind (TypeID over UUIDv7); ids made later sort later, by the millisecond. */
export function newId<P extends IdPrefix>(prefix: P): Id<P> {
  return `${prefix}_${typeid(prefix).getSuffix()}`;
}
