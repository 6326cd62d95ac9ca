import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** The commands that change something, beside an aggregation that writes. */
const writes = new Set([
  'insert',
  'update',
  'delete',
  'findAndModify',
  'create',
  'createIndexes',
  'dropIndexes',
  'drop',
  'renameCollection',
]);

const opMessage = 2013;

export interface Cut<T> {
  readonly result: T;
  /** Whether there were so many writes. */
  readonly happened: boolean;
}

/**
 * Lets `work` reach a MongoDB server by another address, where the line goes dead for good when the given write is on
 * its way. A script meets the same when its machine, or the network, fails.
 */
export async function cutAtWrite<T>(
  url: string,
  write: number,
  work: (url: string) => Promise<T>,
): Promise<Cut<T>> {
  const [, host = '', port = '27017', rest = ''] =
    /^mongodb:\/\/([^/?,:]+)(?::(\d+))?([/?].*)?$/.exec(url) ?? [];
  const sockets = new Set<Socket>();
  let seen = 0;
  let happened = false;
  const cut = () => {
    happened = true;
    listener.close();
    for (const socket of sockets) socket.destroy();
  };

  const listener = createServer((client) => {
    const server = connect(Number(port), host);
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.on('close', () => server.destroy());
    server.on('close', () => client.destroy());
    server.on('data', (data) => client.write(data));
    splitMessages(client, (message) => {
      if (isWrite(message)) seen += 1;
      if (seen === write) cut();
      else server.write(message);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: ownPort } = listener.address() as AddressInfo;
  try {
    const options = `${rest.includes('?') ? '&' : '?'}directConnection=true&serverSelectionTimeoutMS=1000`;
    return { result: await work(`mongodb://127.0.0.1:${ownPort}${rest}${options}`), happened };
  } finally {
    listener.close();
    for (const socket of sockets) socket.destroy();
  }
}

/** Every message of the wire protocol begins with its length. */
function splitMessages(socket: Socket, handle: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      const length = rest.readInt32LE(0);
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      handle(message);
    }
  });
}

function isWrite(message: Buffer): boolean {
  if (message.readInt32LE(12) !== opMessage) return false;
  // After the header of 16 bytes and 4 of flags comes a section of kind 0, a zero byte and the command itself.
  const command = BSON.deserialize(message.subarray(21, 21 + message.readInt32LE(21)));
  const [name = ''] = Object.keys(command);
  if (name !== 'aggregate') return writes.has(name);
  const last: unknown = command.pipeline?.at(-1);
  return typeof last === 'object' && last !== null && ('$out' in last || '$merge' in last);
}
