import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can fail in ways in which the server itself does not. */
export interface Link extends AsyncDisposable {
  readonly url: string;
  /** From now on questions arrive and are obeyed, and no answer comes back. */
  loseAnswers(): void;
  /** Ends all connections; none can be made. */
  cut(): void;
  /** Works again, by new connections. */
  mend(): void;
}

/** Opens a link to the server at `url`. */
export async function openLink(url: string): Promise<Link> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  let state: 'works' | 'loses answers' | 'is cut' = 'works';

  function endAll(): void {
    for (const socket of sockets) socket.destroy();
  }
  function keep(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  }
  const listener = createServer((near) => {
    if (state === 'is cut') {
      near.on('error', () => undefined);
      near.destroy();
      return;
    }
    const far = connect(Number(target.port), target.hostname);
    keep(near, far);
    keep(far, near);
    near.on('data', (bytes) => far.write(bytes));
    far.on('data', (bytes) => {
      if (state === 'works') near.write(bytes);
    });
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const own = new URL(url);
  own.port = String((listener.address() as AddressInfo).port);

  return {
    url: own.href,
    loseAnswers() {
      state = 'loses answers';
    },
    cut() {
      state = 'is cut';
      endAll();
    },
    mend() {
      endAll();
      state = 'works';
    },
    async [Symbol.asyncDispose]() {
      endAll();
      listener.close();
      await once(listener, 'close');
    },
  };
}
