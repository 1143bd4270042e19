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
 * The work that answers an RPC. A conditional type, because the compiler then knows the answer while
 * it reads the work, so that a word in it stays a word; else it would become any text.
 */
type Work<I extends DescMessage, O extends DescMessage> = [O] extends [infer A extends DescMessage]
  ? (input: MessageShape<I>, call: Call) => Promise<MessageInitShape<A>>
  : never;

/**
 * Binds an RPC to its work. By the time `work` runs, the caller is known and permitted and the input
 * keeps the proto's rules. It throws what `failure` makes; anything else is a fault of ours.
 */
export function handler<I extends DescMessage, O extends DescMessage>(
  method: DescMethodUnary<I, O>,
  work: Work<I, O>,
): RpcHandler;
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
