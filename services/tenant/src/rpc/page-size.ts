/** Entries on a page when the caller does not say. */
const pageSizeDefault = 50;

/** The page size to use; the proto's rules keep it between 0 and 200, where 0 means "you choose". */
export function pageSizeOf(requested: number): number {
  return requested === 0 ? pageSizeDefault : requested;
}
