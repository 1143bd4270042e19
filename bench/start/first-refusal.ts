import { readFileSync } from 'node:fs';

/** The demo's plan allows 60 calls a minute, some of which come back meanwhile. */
const CALLS_MAX = 1_000;

/** Calls a sample API as the demo customer until it is refused with 429. */
export async function firstRefusal(demoFile: string): Promise<void> {
  const { base_url: baseUrl, api_key: key } = JSON.parse(readFileSync(demoFile, 'utf8'));
  for (let call = 0; call < CALLS_MAX; call++) {
    const response = await fetch(`${baseUrl}/v1/widgets`, { headers: { 'x-api-key': key } });
    await response.arrayBuffer();
    if (response.status === 429) return;
    if (response.status !== 200) throw new Error(`A call was answered by ${response.status}.`);
  }
  throw new Error(`${CALLS_MAX} calls and no 429.`);
}
