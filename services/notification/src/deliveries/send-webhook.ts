import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';
import {
  refusalOfAddress,
  refusalOfUrl,
  type TargetPolicy,
} from '../endpoints/domain/target-address.ts';
import type { AttemptOutcome } from './domain/retry.ts';

/** Longest part of an answer that is read before the connection is dropped. */
const ANSWER_BYTES_MAX = 16_384;

/** Posts signed messages to targets that may be called, and to nothing else. */
export interface WebhookSender extends AsyncDisposable {
  send(message: {
    url: string;
    headers: Record<string, string>;
    body: string;
    signal: AbortSignal;
  }): Promise<AttemptOutcome>;
}

/**
 * A sender that resolves a name once, judges every address it stands for, and connects to a judged
 * one (the host header and the TLS name stay the target's). It follows no redirect, and gives up
 * after `timeoutMs` for the whole exchange. `resolve` is the machine's resolver by default.
 */
export function webhookSender(
  options: TargetPolicy & { timeoutMs: number; resolve?: typeof lookup },
): WebhookSender {
  const agent = new Agent({
    connect: {
      lookup: judgedLookup(options, options.resolve ?? lookup),
      timeout: options.timeoutMs,
    },
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    pipelining: 0,
  });
  return {
    async send({ url, headers, body, signal }) {
      // Judged again at each attempt: the policy may have become stricter since it was stored.
      const refusal = refusalOfUrl(url, options);
      if (refusal) return { kind: 'failed', cause: `refused: ${refusal}` };
      try {
        const answer = await request(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'user-agent': 'Tollgate-Webhooks/1',
            ...headers,
          },
          body,
          dispatcher: agent,
          signal: AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]),
        });
        await answer.body.dump({ limit: ANSWER_BYTES_MAX });
        const retryAfterMs = parseRetryAfterMs(answer.headers['retry-after']);
        return {
          kind: 'answered',
          statusCode: answer.statusCode,
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        };
      } catch (error) {
        return { kind: 'failed', cause: causeOf(error) };
      }
    },
    [Symbol.asyncDispose]: () => agent.destroy(),
  };
}

function judgedLookup(policy: TargetPolicy, resolve: typeof lookup): LookupFunction {
  return (hostname, options, answer) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return answer(error, '');
      const refusals = addresses.map(({ address }) => refusalOfAddress(address, policy));
      const refusal = refusals.find((found) => found !== undefined);
      const [first] = addresses;
      if (refusal !== undefined || first === undefined) {
        return answer(new Error(`refused: ${refusal ?? 'it resolves to no address'}`), '');
      }
      if (options.all) return answer(null, addresses);
      return answer(null, first.address, first.family);
    });
  };
}

/** Only whole seconds are understood; a date would need the target's clock. */
function parseRetryAfterMs(value: string | string[] | undefined): number | undefined {
  return typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) * 1_000 : undefined;
}

function causeOf(error: unknown): string {
  if (!Error.isError(error)) return 'unknown failure';
  if (error.name === 'TimeoutError') return 'timed out';
  const code = 'code' in error ? `${String(error.code)}: ` : '';
  return `${code}${error.message}`.slice(0, 500);
}
