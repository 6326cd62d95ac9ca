import { createServer } from 'node:net';

/** A server for the tests, or why there is none. */
export type Provided =
  | {
      readonly url: string;
      /** What it is, for the reader of the test run's output. */
      readonly about: string;
      /** More that the tests must know, as environment variables. */
      readonly env: Readonly<Record<string, string>>;
      /** Stops what was started; does nothing for a server that was there before. */
      readonly stop: () => Promise<void>;
    }
  | { readonly url: null; readonly reason: string };

/** A port of localhost that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('no free port'));
      });
    });
  });
}
