import { type Header, isCredentialHeader } from '@tollgate/credentials';

/** What is read of Envoy's `CheckRequest`; it fits, and so does what the own codec decodes. */
export interface CheckQuestion {
  readonly attributes?:
    | {
        readonly contextExtensions: Readonly<Record<string, string>>;
        readonly request?: { readonly http?: HttpQuestion | undefined } | undefined;
      }
    | undefined;
}

/** The request's headers, in whichever of the two forms Envoy sends them. */
interface HttpQuestion {
  readonly headers: Readonly<Record<string, string>>;
  readonly headerMap?: { readonly headers: readonly RawHeader[] } | undefined;
}

/** A header as it is, without a promise that it is a text. */
export interface RawHeader {
  readonly key: string;
  /** Empty when the raw form is used. */
  readonly value: string;
  readonly rawValue: Uint8Array;
}

/** What the route says about itself; set by the gateway's configuration, never by a client. */
export interface RouteContext {
  /** A protected API, whose calls are counted and billed, or Tollgate's own API. */
  readonly class: 'upstream' | 'api';
  /** Whether a call without a credential may pass. */
  readonly access: 'public' | 'credential';
}

/** The route's context. A route that says nothing is treated as the strictest kind. */
export function contextOf({ attributes }: CheckQuestion): RouteContext {
  const { class: routeClass, access } = attributes?.contextExtensions ?? {};
  return {
    class: routeClass === 'api' ? 'api' : 'upstream',
    access: access === 'public' ? 'public' : 'credential',
  };
}

/** The headers that may carry a credential, in whichever of the two forms Envoy sends them. */
export function headersOf({ attributes }: CheckQuestion): Header[] {
  const http = attributes?.request?.http;
  const found: Header[] = [];
  for (const { key, value, rawValue } of http?.headerMap?.headers ?? []) {
    if (!isCredentialHeader(key)) continue;
    // Credentials are ASCII: any other byte makes a text that is none.
    found.push({ name: key, value: value || Buffer.from(rawValue).toString('latin1') });
  }
  for (const name in http?.headers) {
    if (isCredentialHeader(name)) found.push({ name, value: http.headers[name] ?? '' });
  }
  return found;
}
