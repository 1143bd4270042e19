import { keyHeader, tenantHeader } from '@tollgate/api';
import { RateLimitResponse_Code as Code } from '@tollgate/api/envoy/service/ratelimit/v3/rls';
import {
  type Denial,
  type Header,
  type Identify,
  type Identity,
  isDenial,
  notAllowed,
  readCredential,
} from '@tollgate/credentials';
import type { Decider } from '../admission/group-commit.ts';
import type { KeyEndings } from '../api-keys/key-endings.ts';
import { type RateLimitAnswer, sentence } from './describe-decision.ts';
import type { GateMetrics } from './gate-metrics.ts';
import {
  type AdmitQuestion,
  type ChargedKey,
  type LaneQuestion,
  readChargedKey,
} from './read-question.ts';

/** What answering for Auth needs. */
export interface LaneParts {
  readonly identify: Identify;
  readonly endings: Pick<KeyEndings, 'note'>;
  readonly admit: (question: AdmitQuestion, askedSinceUs: number) => Promise<RateLimitAnswer>;
  readonly askedSinceUs: Decider['askedSinceUs'];
  readonly metrics: Pick<GateMetrics, 'identified'>;
}

/** The one-call lane: whose a credential is, and whether its call may pass, in one answer. */
export interface Lane {
  /**
   * A refusal of the credential, in Auth's words, or the decision about the call. Throws when either
   * cannot be had.
   */
  admit(question: LaneQuestion): Promise<RateLimitAnswer>;
  /** Who was charged for a call that has failed; undefined where nobody can have been. */
  keyOf(question: LaneQuestion): Promise<ChargedKey | undefined>;
}

/** A caller with what its answers say about it: made once, while its key stays as it is. */
interface Known {
  readonly key: ChargedKey;
  readonly metadata: Record<string, string>;
  readonly headers: { key: string; value: string }[];
}

/** Answers calls of upstreams that spare the question to Auth. */
export function createLane(parts: LaneParts): Lane {
  const { identify, endings, admit, askedSinceUs, metrics } = parts;
  const knownAs = new WeakMap<Identity, Known>();

  async function judge({ credential }: LaneQuestion): Promise<Known | Denial> {
    try {
      const who = await identify(readCredential(valuesOf(credential)), 'credential');
      if (isDenial(who)) return who;
      if (!who.permissions.has('upstream.invoke')) return notAllowed;
      let known = knownAs.get(who);
      if (!known) knownAs.set(who, (known = describe(who)));
      return known;
    } catch (error) {
      metrics.identified('failed');
      throw error;
    }
  }

  return {
    async admit(question) {
      // Auth may have to be asked first.
      const sinceUs = askedSinceUs();
      const known = await judge(question);
      if (isDenial(known)) {
        metrics.identified('denied');
        return refuse(known);
      }
      metrics.identified('known');
      endings.note(question.credential.value, known.key);
      const answer = await admit({ ...known.key, requestId: question.requestId }, sinceUs);
      return {
        ...answer,
        dynamicMetadata: { ...answer.dynamicMetadata, ...known.metadata },
        requestHeadersToAdd: known.headers,
      };
    },
    async keyOf(question) {
      const known = await judge(question);
      return isDenial(known) ? undefined : known.key;
    },
  };
}

/** A header that came twice is one text with a comma, which no credential has. */
function valuesOf({ name, value }: Header): Header[] {
  return value.includes(',')
    ? value.split(',').map((one) => ({ name, value: one }))
    : [{ name, value }];
}

function describe({ tenant, environment, key, keyLimit }: Identity): Known {
  return {
    key: readChargedKey({ tenant, environment, key, key_limit: keyLimit }),
    // What Auth leaves for the access log and for what is given back, and that nobody else was asked.
    metadata: { class: 'upstream', tenant, environment, key },
    headers: [
      { key: tenantHeader, value: tenant },
      { key: keyHeader, value: key },
    ],
  };
}

/**
 * A refusal that is none of a limit: `status` tells the gateway to answer 401 or 403. There is no
 * limit in it, so that no `retry-after` invites to come again with the same credential.
 */
function refuse({ status, reason, sentence: text }: Denial): RateLimitAnswer {
  return {
    overallCode: Code.OVER_LIMIT,
    rawBody: sentence(text),
    dynamicMetadata: {
      limit_id: 'none',
      reservation: 'none',
      reset: '0',
      admitted: 'false',
      class: 'upstream',
      reason,
      status: String(status),
    },
    ...(status === 401
      ? { responseHeadersToAdd: [{ key: 'www-authenticate', value: 'Bearer realm="tollgate"' }] }
      : {}),
  };
}
