import { Agent, request } from 'node:http';
import { type LoadPlan, runLoad } from './load.ts';

/** Calls a path through a gateway, over kept connections. Runs in a process of its own. */
export interface AskGatewayPlan extends LoadPlan {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

process.once('message', (plan: AskGatewayPlan) => void work(plan));

async function work(plan: AskGatewayPlan): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: plan.concurrency });
  const result = await runLoad(plan, () => askOnce(agent, plan));
  agent.destroy();
  process.send?.(result);
  process.disconnect?.();
}

function askOnce(agent: Agent, { url, headers }: AskGatewayPlan): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent, headers: { ...headers } }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(String(answer.statusCode)));
      answer.once('error', reject);
    });
    call.once('error', reject).end();
  });
}
