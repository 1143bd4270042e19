// A sample API that knows nothing of Tollgate: it pretends to send text messages and e-mails.
import { randomUUID } from 'node:crypto';
import { readJson, serveSample } from '../sample-server.mjs';

/** At most so many are remembered, at least the last half of them. */
const MESSAGES_MAX = 10_000;
let statuses = new Map();
let before = new Map();

serveSample('messages', async (request) => {
  const { pathname } = new URL(request.url, 'http://sample');
  if (pathname === '/v1/messages/send' && request.method === 'POST') return send(request);
  request.resume();
  const id = /^\/v1\/messages\/([\w-]{1,100})$/.exec(pathname)?.[1];
  if (!id) return { status: 404, body: { error: 'no such path' } };
  if (request.method !== 'GET') return { status: 405, body: { error: 'only GET' } };
  const status = statuses.get(id) ?? before.get(id);
  if (!status) return { status: 404, body: { error: 'no such message' } };
  return { status: 200, body: { message_id: id, status } };
});

async function send(request) {
  const input = await readJson(request);
  const violations = input ? violationsOf(input) : ['the body must be a JSON object'];
  if (violations.length > 0) return { status: 400, body: { error: 'bad input', violations } };
  const id = `msg_${randomUUID()}`;
  if (statuses.size >= MESSAGES_MAX / 2) [before, statuses] = [statuses, new Map()];
  statuses.set(id, 'sent');
  return { status: 200, body: { message_id: id, status: 'sent' } };
}

function violationsOf({ to, message, type }) {
  const violations = [];
  if (!['sms', 'email'].includes(type)) violations.push('type must be sms or email');
  const address = type === 'email' ? /^[^@\s]+@[^@\s]+$/ : /^\+?[0-9][0-9 -]{3,30}$/;
  if (typeof to !== 'string' || !address.test(to))
    violations.push('to must be an address of that type');
  if (typeof message !== 'string' || message.length < 1 || message.length > 1_600) {
    violations.push('message must have 1 to 1600 characters');
  }
  return violations;
}
