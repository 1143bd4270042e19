import type {
  DescMessage,
  DescMethodUnary,
  Message,
  MessageInitShape,
  MessageShape,
} from '@bufbuild/protobuf';
import type { Call } from './call.ts';

/** One RPC with the work that answers it; made by `handler`, served by `serveRpc`. */
export interface RpcHandler {
  readonly method: DescMethodUnary;
  /** Answers one valid, permitted input. */
  serve(input: Message, call: Call): Promise<MessageInitShape<DescMessage>>;
}

/**
 * Binds an RPC to its work. By the time `work` runs, the caller is known and permitted and the input
 * keeps the proto's rules. It throws what `failure` makes; anything else is a fault of ours.
 */
export function handler<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  work: (input: MessageShape<I>, call: Call) => Promise<MessageInitShape<O>>,
): RpcHandler {
  return {
    method,
    // The router parses with `method.input`, so that the input has its shape.
    serve: (input: MessageShape<I>, call: Call) => work(input, call),
  };
}
