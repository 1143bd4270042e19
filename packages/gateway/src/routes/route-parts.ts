import { any, type ConfigObject } from '../config-object.ts';
import type { RouteClass } from '../rate-limits.ts';
import type { RouteAccess } from './api-bindings.ts';

/** What Auth is told about the route: it decides by this, never by the path. */
export function checkedAs(context: {
  readonly class: RouteClass;
  readonly access: RouteAccess;
  readonly upstream: string;
}): ConfigObject {
  return any('envoy.extensions.filters.http.ext_authz.v3.ExtAuthzPerRoute', {
    check_settings: { context_extensions: context },
  });
}

/** Repeats a call that no server has seen; never one that may have had an effect. */
export const unsentRetry: ConfigObject = {
  retry_on: 'connect-failure,refused-stream,reset-before-request',
  num_retries: 2,
  retry_back_off: { base_interval: '0.025s', max_interval: '0.25s' },
};
