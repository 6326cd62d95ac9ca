import { createServer } from 'node:net';

/** A server for the tests, or the reason why there is none. */
export type Provided =
  | {
      readonly url: string;
      /** Its name in the output of the test run. */
      readonly about: string;
      /** More environment variables for the tests. */
      readonly env: Readonly<Record<string, string>>;
      /** Stops the server, unless it was already running. */
      readonly stop: () => Promise<void>;
    }
  | { readonly url: null; readonly reason: string };

/** A free port of localhost. */
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
