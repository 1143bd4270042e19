import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { internalTokenHeader } from '@tollgate/api';
import { newId } from '@tollgate/runtime/database';
import { systemClock } from '@tollgate/runtime/service';
import { ensureTool } from '@tollgate/servers/tools';
import { startForTest, tokenOf, user } from '@tollgate/testkit';

/** Building the client takes minutes when it has not been built for this contract yet. */
const buildTimeoutMs = 900_000;

test(
  'a client in Go, made from the contract without a tool of ours, compiles and is answered',
  async () => {
    const program = await ensureTool('contract-client');
    await using billing = await startForTest('billing');
    const token = await tokenOf(user(newId('ten'), { role: 'viewer' }), systemClock);
    const asked = [billing.address('rpc'), internalTokenHeader, token];
    const { stdout } = await promisify(execFile)(program, asked);
    expect(stdout).toBe('free rate:minute quota:month\npro rate:minute\n');
  },
  buildTimeoutMs,
);
