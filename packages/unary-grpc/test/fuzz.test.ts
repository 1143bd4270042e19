import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { propertySeed } from '@tollgate/testkit/properties';
import { runSessions } from './fuzz/run-sessions.ts';

test('thousands of broken frames end their own connections and nothing else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollgate-fuzz-'));
  try {
    const listen = { path: join(folder, 'fuzz.sock') };
    const result = await runSessions({ listen, seed: propertySeed(), mutatedMin: 5_000 });
    expect(result.endings).not.toHaveProperty('internalError');
    expect(Object.keys(result.endings)).toContain('compressionError');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
