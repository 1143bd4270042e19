/** A container's health check: `node scripts/compose/check-ready.ts [url]` ends with 0 or 1. */
const [url = 'http://127.0.0.1:8082/readyz'] = process.argv.slice(2);

try {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
