import { fakeHttpTarget, type ReceivedRequest } from '@tollgate/testkit/http-target';
import type { Address } from '../../src/settings.ts';

export interface UpstreamPeer extends AsyncDisposable {
  readonly address: Address;
  /** Requests that reached the protected API. */
  readonly seen: ReceivedRequest[];
}

/** A protected API that answers `{}`, with the status that the query's `status` asks for. */
export async function startUpstreamPeer(): Promise<UpstreamPeer> {
  const target = await fakeHttpTarget();
  target.answerBy(({ path }) => ({
    status: Number(new URL(path, 'http://upstream').searchParams.get('status') ?? '200'),
    headers: { 'content-type': 'application/json' },
    body: '{}',
  }));
  return {
    address: { host: '127.0.0.1', port: target.port },
    seen: target.requests,
    [Symbol.asyncDispose]: () => target[Symbol.asyncDispose](),
  };
}
