import { fromPageToken, type Id, type IdPrefix, isId, toPageToken } from '@tollgate/api';
import { pageTokenInvalid } from '../errors/shared-failures.ts';

/** Entries on a page when the caller does not say. */
const pageSizeDefault = 50;

/** What the input of every list has. */
export interface PageInput {
  /** How many to answer, within the bounds of the proto; 0: 50. */
  readonly pageSize: number;
  /** The `next_page_token` of the page before; empty: the first page. */
  readonly pageToken: string;
}

/** A page of a list that is about to be read. */
export interface Page<P> {
  /** Where the page before ended; undefined for the first one. */
  readonly from: P | undefined;
  /** Rows to read: one more than the page shows, which tells whether another page follows. */
  readonly limit: number;
  /** What the page shows of the rows read, and the token of the next page; empty after the last. */
  of<T>(
    read: readonly T[],
    positionOf: (last: T) => object,
  ): { readonly entries: readonly T[]; readonly nextPageToken: string };
}

/**
 * The page that the input of a list asks for. `shape` checks the position in its token and answers
 * undefined for a token of another list.
 *
 * @throws ConnectError PAGE_TOKEN_INVALID
 */
export function pageOf<P>(input: PageInput, shape: (position: unknown) => P | undefined): Page<P> {
  const size = input.pageSize || pageSizeDefault;
  return {
    from: input.pageToken === '' ? undefined : positionIn(input.pageToken, shape),
    limit: size + 1,
    of(read, positionOf) {
      const entries = read.slice(0, size);
      const last = entries.at(-1);
      const isLastPage = read.length <= size || last === undefined;
      return { entries, nextPageToken: isLastPage ? '' : toPageToken(positionOf(last)) };
    },
  };
}

/** The shape of the usual position: the id of the last entry, in a list that is ordered by ids. */
export function idPosition<X extends IdPrefix>(
  prefix: X,
): (position: unknown) => { readonly id: Id<X> } | undefined {
  return (position) => {
    const id = typeof position === 'object' && position && 'id' in position ? position.id : '';
    return isId(prefix, id) ? { id } : undefined;
  };
}

function positionIn<P>(token: string, shape: (position: unknown) => P | undefined): P {
  const position = shape(fromPageToken(token));
  if (position === undefined) throw pageTokenInvalid();
  return position;
}
