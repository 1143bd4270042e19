import { isPromise } from '@tollgate/runtime/service';

/** Goes on with a value: at once when it is here, since a promise costs as much as the work. */
export function whenKnown<V, R>(
  value: V | Promise<V>,
  then: (value: V) => R | Promise<R>,
): R | Promise<R> {
  return isPromise(value) ? value.then(then) : then(value);
}
