import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { HeaderValueOption_HeaderAppendAction as AppendAction } from '@tollgate/api/envoy/config/core/v3/base';
import {
  Authorization,
  type CheckRequest,
  CheckRequestSchema,
  type CheckResponse,
  CheckResponseSchema,
} from '@tollgate/api/envoy/service/auth/v3/external_auth';

/** What Auth said about one request, in short. */
export interface Checked {
  /** 200 for a request that may pass. */
  readonly status: number;
  readonly body: string;
  /** Headers for the upstream, or of the denial. */
  readonly headers: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** A header more than once, as Envoy sends repeated headers, or once. */
type SentHeaders = Readonly<Record<string, string | readonly string[]>>;

/** Asks about a request with these headers, on a route with this context. */
export interface CheckClient extends Disposable {
  (headers: SentHeaders, context?: Readonly<Record<string, string>>): Promise<Checked>;
}

/** Asks Auth about a request as Envoy does: a stock grpc-js client, headers in their raw form. */
export function checkClient(address: string): CheckClient {
  const { check: method } = Authorization.method;
  const Client = makeGenericClientConstructor(
    {
      check: {
        path: `/${Authorization.typeName}/${method.name}`,
        requestStream: false,
        responseStream: false,
        requestSerialize: (message: CheckRequest) =>
          Buffer.from(toBinary(CheckRequestSchema, message)),
        requestDeserialize: (bytes: Buffer) => fromBinary(CheckRequestSchema, bytes),
        responseSerialize: (message: CheckResponse) =>
          Buffer.from(toBinary(CheckResponseSchema, message)),
        responseDeserialize: (bytes: Buffer) => fromBinary(CheckResponseSchema, bytes),
      },
    },
    'Authorization',
  );
  const client = new Client(address, credentials.createInsecure());

  function ask(headers: SentHeaders, context: Record<string, string>): Promise<CheckResponse> {
    const list = Object.entries(headers).flatMap(([key, values]) =>
      [values].flat().map((value) => ({ key, rawValue: Buffer.from(value, 'latin1') })),
    );
    const request = create(CheckRequestSchema, {
      attributes: {
        contextExtensions: { class: 'upstream', access: 'credential', upstream: 'x', ...context },
        request: { http: { headerMap: { headers: list } } },
      },
    });
    return new Promise((resolve, reject) => {
      client.check?.(request, (error: Error | null, answer: CheckResponse) =>
        error ? reject(error) : resolve(answer),
      );
    });
  }

  async function check(
    headers: SentHeaders,
    context: Record<string, string> = {},
  ): Promise<Checked> {
    return inShort(await ask(headers, context));
  }
  return Object.assign(check, { [Symbol.dispose]: () => client.close() });
}

function inShort({ httpResponse, dynamicMetadata = {} }: CheckResponse): Checked {
  if (httpResponse.case !== 'okResponse' && httpResponse.case !== 'deniedResponse') {
    throw new Error('Auth answered nothing that Envoy could act on.');
  }
  const { value } = httpResponse;
  const strange = value.headers.filter(
    ({ appendAction }) => appendAction !== AppendAction.OVERWRITE_IF_EXISTS_OR_ADD,
  );
  if (strange.length > 0) throw new Error('A header would be added to one of the client.');
  const denied = httpResponse.case === 'deniedResponse';
  return {
    status: denied ? (httpResponse.value.status?.code ?? 0) : 200,
    body: denied ? httpResponse.value.body : '',
    headers: Object.fromEntries(
      value.headers.map(({ header }) => [header?.key ?? '', header?.value ?? '']),
    ),
    removed: denied ? [] : httpResponse.value.headersToRemove,
    metadata: dynamicMetadata,
  };
}
