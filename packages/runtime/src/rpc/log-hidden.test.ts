import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from '@jest/globals';
import { fixedClock } from '../clock/clock.ts';
import { testPlatform } from '../testing/test-platform.ts';
import { createSparingLog } from './log-hidden.ts';

test('an outage is logged once a second for each procedure, with what was left out', () => {
  const clock = fixedClock('2026-01-31T12:00:00Z');
  const { log, lines } = testPlatform({ clock });
  const write = createSparingLog(log, clock);
  const outage = new ConnectError('away', Code.Unavailable, undefined, undefined, 'no route');
  for (let call = 0; call < 5; call += 1) write('a', outage);
  write('b', outage);
  write('a', new ConnectError('broken', Code.Internal));
  clock.advance({ seconds: 1 });
  write('a', outage);
  expect(lines).toMatchObject([
    { rpc: 'a', level: 'warn', error: 'no route' },
    { rpc: 'b', level: 'warn' },
    { rpc: 'a', level: 'error' },
    { rpc: 'a', level: 'warn', leftOut: 4 },
  ]);
  expect(lines[0]).not.toHaveProperty('leftOut');
});
