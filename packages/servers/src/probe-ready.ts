import { request } from 'node:http';
import { connect } from 'node:net';

const PROBE_TIMEOUT_MS = 1_000;

/** Postgres serves: it asks for (or waives) a password, instead of "the system is starting up". */
export function isPostgresReady({
  port,
  user = 'postgres',
  database = 'postgres',
}: {
  port: number;
  user?: string;
  database?: string;
}): Promise<boolean> {
  const parameters = `user\0${user}\0database\0${database}\0\0`;
  const startup = Buffer.alloc(8 + parameters.length);
  startup.writeInt32BE(startup.length, 0);
  startup.writeInt32BE(196_608, 4); // protocol 3.0
  startup.write(parameters, 8, 'latin1');
  return talk(port, startup, (answer) => answer.startsWith('R') || undefined);
}

/** Redis serves commands: not while it still loads its file, which it says and waits for more. */
export function isRedisReady({ port }: { port: number }): Promise<boolean> {
  return talk(port, 'PING\r\n', (answer) =>
    answer.endsWith('\r\n') ? answer.startsWith('+PONG') : undefined,
  );
}

/** NATS serves, and with JetStream. */
export function isNatsReady({ port }: { port: number }): Promise<boolean> {
  const hello = 'CONNECT {"verbose":false}\r\nPING\r\n';
  return talk(port, hello, (answer) =>
    /PONG\r\n/.test(answer) ? /"jetstream":true/.test(answer) : undefined,
  );
}

/** Envoy's listeners are up: its admin says LIVE. */
export function isEnvoyReady({ adminPort }: { adminPort: number }): Promise<boolean> {
  return isHttpOk({ port: adminPort, path: '/ready' });
}

/** GET answers 200. */
export function isHttpOk({ port, path }: { port: number; path: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path, timeout: PROBE_TIMEOUT_MS, agent: false };
    const call = request(options, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}

/** Sends one text and waits until the answer so far says yes or no; any trouble is a no. */
function talk(
  port: number,
  text: string | Buffer,
  says: (answer: string) => boolean | undefined,
): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', timeout: PROBE_TIMEOUT_MS });
    const end = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setEncoding('latin1');
    socket.on('connect', () => socket.write(text));
    socket.on('data', (data: string) => {
      answer += data;
      const ready = says(answer);
      if (ready !== undefined) end(ready);
    });
    socket.on('timeout', () => end(false));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}
