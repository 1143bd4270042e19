import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { echo, fakeHttpTarget } from './http-target.ts';

test('scripted answers are given once each, in order, and then what is said for all others', async () => {
  await using target = await fakeHttpTarget({ status: 500 });
  const status = async (path = '/') => (await fetch(`${target.url}${path}`)).status;
  target.answerWith({ status: 410, body: 'gone' });
  expect([await status(), await status(), await status()]).toEqual([500, 410, 200]);
  target.answerBy(({ path }) => ({ status: path === '/odd' ? 404 : 204 }));
  target.answerWith({ status: 503 });
  expect([await status('/odd'), await status('/odd'), await status()]).toEqual([503, 404, 204]);
});

test('what arrives is kept whole, until it is forgotten', async () => {
  await using target = await fakeHttpTarget();
  const headers = { 'X-Mark': 'one' };
  await fetch(`${target.url}/hook?a=b`, { method: 'POST', headers, body: 'sent' });
  expect(target.requests).toMatchObject([
    { method: 'POST', path: '/hook?a=b', headers: { 'x-mark': 'one' }, body: 'sent' },
  ]);
  target.requests.splice(0);
  expect(target.requests).toEqual([]);
});

test('an echo answers the path and the headers that arrived', async () => {
  await using target = await fakeHttpTarget();
  target.answerBy(echo);
  const answer = await fetch(`${target.url}/a?b=c`, { headers: { 'x-mark': 'one' } });
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toMatchObject({ path: '/a?b=c', headers: { 'x-mark': 'one' } });
});

test('a target that hangs has the request, and answers nothing', async () => {
  await using target = await fakeHttpTarget({ hang: true });
  const gaveUp = new AbortController();
  const asked = fetch(target.url, { signal: gaveUp.signal });
  asked.catch(() => undefined);
  await eventually({ withinMs: 5_000 }, () => expect(target.requests).toHaveLength(1));
  // Asked later and answered: by now the first would be, too.
  expect((await fetch(target.url)).status).toBe(200);
  const pending = Symbol('pending');
  expect(await Promise.race([asked, Promise.resolve(pending)])).toBe(pending);
  gaveUp.abort();
  await expect(asked).rejects.toThrow('abort');
});

test('a request that is broken off has arrived all the same, and harms nobody', async () => {
  await using target = await fakeHttpTarget();
  const socket = connect(target.port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('POST /half HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf');
  await new Promise<void>((resolve) => socket.end(resolve));
  await eventually({ withinMs: 5_000 }, () =>
    expect(target.requests).toMatchObject([{ path: '/half', body: 'half' }]),
  );
  expect((await fetch(target.url)).status).toBe(200);
});
