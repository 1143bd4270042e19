import {
  type GetBillableUsageRequest,
  MeteringInternalService,
} from '@tollgate/api/tollgate/metering/v1/metering_internal_service';
import { type Clock, handler, serveRpc } from '@tollgate/runtime';
import { testPlatform } from '@tollgate/testkit';

/** Something that has counted, and knows who asked for what. */
export interface Meter extends AsyncDisposable {
  readonly url: string;
  /** What it answers. */
  quantity: bigint;
  readonly questions: GetBillableUsageRequest[];
}

/**
 * Metering's internal RPC over a real socket with real tokens, so that a bill can be calculated
 * from any count without making that many calls.
 */
export async function startMeter(clock: Clock): Promise<Meter> {
  const questions: GetBillableUsageRequest[] = [];
  const answer = handler(MeteringInternalService.method.getBillableUsage, async (question) => {
    questions.push(question);
    return { quantity: meter.quantity, admitted: meter.quantity, givenBack: 0n };
  });
  const address = { host: '127.0.0.1', port: 0 };
  const server = await serveRpc({
    ...testPlatform('metering', { clock }),
    address,
    handlers: [answer],
  });
  const meter: Meter = {
    url: `http://${server.address}`,
    quantity: 0n,
    questions,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return meter;
}
