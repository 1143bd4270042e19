import { once } from 'node:events';
import { connect } from 'node:http2';
import { expect, test } from '@jest/globals';
import { eventually } from '@tollgate/testkit';
import { runLoad } from './soak/run-load.ts';
import { serve } from './support/serve.ts';

/** What keeps this process alive, but for what the test runner itself has. */
const resources = () =>
  process.getActiveResourcesInfo().filter((one) => /TCP|Timeout|Immediate/.test(one));

test('seconds at full speed leave no stream, call, byte, socket or timer behind', async () => {
  const before = resources();
  const server = await serve({ maintainEveryMs: 50 });
  const calls = await runLoad(server.address, {
    connections: 4,
    together: 100,
    untilMs: performance.now() + 10_000,
  });
  expect(calls).toBeGreaterThan(1_000);
  await eventually({ withinMs: 10_000 }, () => server.stats().openConnections === 0);
  const { streams, ...left } = server.stats();
  expect(streams).toBe(calls);
  expect(left).toMatchObject({
    resets: 0,
    refusals: 0,
    failures: 0,
    openStreams: 0,
    openCalls: 0,
    heldBytes: 0,
  });
  // One that still stands open when the server closes is taken down with it.
  const session = connect(`http://${server.address}`);
  await once(session, 'connect');
  await server[Symbol.asyncDispose]();
  session.destroy();
  await eventually({ withinMs: 10_000 }, () => {
    expect(moreThan(before, resources())).toEqual([]);
    return true;
  });
});

/** What is there now, and was not before; the test runner may have let go of some of its own. */
function moreThan(before: readonly string[], now: readonly string[]): string[] {
  const known = [...before];
  return now.filter((one) => {
    const at = known.indexOf(one);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}
