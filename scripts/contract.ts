import { join } from 'node:path';
import { acceptContract } from './contract/accept-contract.ts';
import { contractBreaks } from './contract/contract-breaks.ts';

const contract = { folder: join(import.meta.dirname, '..') };

/** Fails with every break that has not been accepted. */
function check(): void {
  const breaks = contractBreaks(contract);
  if (breaks.length === 0) return;
  for (const line of breaks) console.error(line);
  console.error('To accept these breaks: npm run contract:accept -- "why they are right"');
  process.exitCode = 1;
}

/** Accepts what there is, with a reason where it breaks clients. */
function accept(reason: string): void {
  const breaks = acceptContract(contract, reason);
  for (const line of breaks) console.log(line);
  const what = breaks.length === 0 ? 'no breaks' : `${breaks.length} breaks, see CHANGELOG.md`;
  console.log(`contract: accepted, ${what}`);
}

const [command, ...words] = process.argv.slice(2);
try {
  if (command === 'check') check();
  else if (command === 'accept') accept(words.join(' '));
  else throw new Error('usage: contract.ts check | accept [reason]');
} catch (error) {
  console.error(`contract: ${Error.isError(error) ? error.message : error}`);
  process.exitCode = 1;
}
