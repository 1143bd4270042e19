import type { DescMessage, Message, MessageInitShape } from '@bufbuild/protobuf';
import { type ConnectRouter, createContextKey, type HandlerContext } from '@connectrpc/connect';
import { accessOf, type Principal } from '@tollgate/api';
import type { TokenVerifier } from '../identity/token-verifier.ts';
import { authorize } from './authorize.ts';
import { type CallEdge, type EdgeParts, openCallEdge } from './call-edge.ts';
import { createCall } from './create-call.ts';
import type { RpcHandler } from './handler.ts';
import { runInRequest } from './request-id.ts';
import { validateInput } from './validate-input.ts';

/** Who was let in, and through which edge. */
const enteredKey = createContextKey<{ edge: CallEdge; principal: Principal } | undefined>(
  undefined,
);

/** What serving a method takes besides its handler. */
export interface MethodParts extends EdgeParts {
  readonly verifier: TokenVerifier;
}

/**
 * The two stations of every call. Entering takes the headers alone, so that a refused caller's
 * body is never read: request id, token, permission. The work follows: rules of the input, handler.
 */
function serveMethod(handler: RpcHandler, parts: MethodParts) {
  const { method } = handler;
  const access = accessOf(method);

  async function enter(context: HandlerContext): Promise<void> {
    const edge = openCallEdge(context, parts);
    try {
      const principal = await authorize(context.requestHeader, {
        access,
        verifier: parts.verifier,
      });
      context.values.set(enteredKey, { edge, principal });
    } catch (error) {
      throw edge.publicError(error);
    }
  }

  async function answer(
    input: Message,
    context: HandlerContext,
  ): Promise<MessageInitShape<DescMessage>> {
    const entered = context.values.get(enteredKey);
    if (!entered) throw new Error('A call came in without being let in.');
    const { edge, principal } = entered;
    const { requestId } = edge;
    try {
      validateInput(method.input, input);
      const log =
        principal.tenantId === undefined
          ? edge.log
          : edge.log.child({ tenantId: principal.tenantId });
      const call = createCall({
        method,
        principal,
        input,
        requestId,
        log,
        signal: context.signal,
        requestHeader: context.requestHeader,
        answerHeader: context.responseHeader,
      });
      const output = await runInRequest(requestId, () => handler.serve(input, call));
      edge.succeeded();
      return output;
    } catch (error) {
      throw edge.publicError(error);
    }
  }

  return { enter, answer };
}

/** Registers a handler at a router. */
export function routeMethod(router: ConnectRouter, handler: RpcHandler, parts: MethodParts): void {
  const { enter, answer } = serveMethod(handler, parts);
  router.rpc(handler.method, answer, { requestGate: enter });
}
