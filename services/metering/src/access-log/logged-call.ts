/** What a record of Envoy's access log says of a call, as far as the counters need it. */
export interface LoggedCall {
  /** `envoy.data.accesslog.v3.AccessLogType` */
  readonly accessLogType: number;
  /** Empty where the record has none. */
  readonly requestId: string;
  /** Whether an upstream has seen the call. */
  readonly isPassedOn: boolean;
  /** What Auth has said of it, if it was asked. */
  readonly check: CallFacts | undefined;
  /** What the gate has said. */
  readonly limiter: CallFacts | undefined;
  /** What its route says by itself. */
  readonly route: CallFacts | undefined;
  /** The HTTP status; 0 where there was no answer. */
  readonly responseCode: number;
  readonly grpcStatus: string | undefined;
}

/** What one of Envoy's filters knows of a call: its dynamic metadata, those of them that are texts. */
export interface CallFacts {
  readonly class?: string | undefined;
  readonly tenant?: string | undefined;
  readonly environment?: string | undefined;
  readonly key?: string | undefined;
  /** `true` or `false` */
  readonly admitted?: string | undefined;
  readonly reservation?: string | undefined;
  /** The last characters of an API key. */
  readonly key_ending?: string | undefined;
}
