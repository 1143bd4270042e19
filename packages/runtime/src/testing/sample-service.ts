import { running, runService } from '../service.ts';

/** Garbage that has grown old, as what loading leaves behind: only a whole collection finds it. */
function makeLitter(): WeakRef<object> {
  return new WeakRef(Array.from({ length: 1_000_000 }, (_, index) => ({ index })));
}

/** A service for tests of the process: its environment says how it behaves. */
await runService({
  name: 'billing',
  readConfig: (settings) => ({
    behaviour: settings.choice('BEHAVIOUR', ['good', 'fails', 'throws-later', 'hangs', 'litters'], {
      description: 'What goes wrong.',
      default: 'good',
    }),
    required: settings.text('REQUIRED', { description: 'Must be there.', secret: true }),
  }),
  async start({ behaviour }, { log, signal }) {
    if (behaviour === 'fails') throw new Error('the database is not there');
    const litter = behaviour === 'litters' ? makeLitter() : undefined;
    await using opened = new AsyncDisposableStack();
    opened.defer(() => {
      log.info({ aborted: signal.aborted, isLittered: litter?.deref() !== undefined }, 'closed');
      return behaviour === 'hangs' ? new Promise<void>(() => undefined) : undefined;
    });
    if (behaviour === 'throws-later') setTimeout(() => void Promise.reject(new Error('lost')), 10);
    // Like a listener, it keeps the process alive until it is closed.
    const keepAlive = setInterval(() => undefined, 60_000);
    opened.defer(() => clearInterval(keepAlive));
    return running(opened.move(), { rpc: '127.0.0.1:1' });
  },
});
