import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON } from 'mongodb';

/** The commands that change something, besides an aggregation that writes. */
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

/** A fault on a connection. The connection is dead afterwards, unless the fault is only a delay. */
export interface Fault {
  /** The command with the fault, counted from 1 among those that name the database. */
  readonly at: number;
  /** Whether the server never gets the command, runs it but cannot answer, or gets it late, when it is released. */
  readonly lost: 'command' | 'answer' | 'nothing';
}

export interface Line {
  /** The address of the database through this connection. */
  readonly url: string;
  /** All commands, including those that were lost: the name, and whether it is a write. */
  readonly commands: readonly Command[];
  readonly happened: () => boolean;
  readonly release: () => void;
  readonly close: () => void;
}

export interface Command {
  readonly name: string;
  readonly isWrite: boolean;
  /** The read preference of the command; null if it has none. */
  readonly readPreference: string | null;
}

/**
 * Another address for a database on a MongoDB server, where the connection dies at a command, as it does when a machine or the
 * network fails.
 *
 * @param onFault called at that moment
 */
export async function openLine(url: string, fault: Fault | null, onFault = () => {}): Promise<Line> {
  const [, host = '', port = '27017', database = '', rest = ''] =
    /^mongodb:\/\/([^/?,:]+)(?::(\d+))?(?:\/([^?]*))?(\?.*)?$/.exec(url) ?? [];
  const sockets = new Set<Socket>();
  const commands: Command[] = [];
  let happened = false;
  let release = () => {};
  const close = () => {
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
    const cut = () => {
      if (!happened) onFault();
      happened = true;
      client.destroy();
    };
    let isAnswerLost = false;
    server.on('data', (data) => (isAnswerLost ? cut() : client.write(data)));
    splitMessages(client, (message) => {
      const command = commandOf(message, database);
      if (command !== null) {
        if (happened && fault?.lost !== 'nothing') return cut();
        commands.push(command);
        if (commands.length === fault?.at) {
          if (fault.lost === 'command') return cut();
          if (fault.lost === 'nothing') {
            happened = true;
            release = () => server.write(message);
            return onFault();
          }
          isAnswerLost = true;
        }
      }
      server.write(message);
    });
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port: ownPort } = listener.address() as AddressInfo;
  // A retry of the driver would only wait for nothing.
  const options = `${rest === '' ? '?' : `${rest}&`}directConnection=true&retryReads=false&retryWrites=false`;
  return {
    url: `mongodb://127.0.0.1:${ownPort}/${database}${options}`,
    commands,
    happened: () => happened,
    release: () => release(),
    close,
  };
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

/** The command of a message to this database. The handshake and heartbeat go to another database. */
function commandOf(message: Buffer, database: string): Command | null {
  if (message.readInt32LE(12) !== opMessage) return null;
  // After the header of 16 bytes and 4 of flags comes a section of kind 0, a zero byte and the command itself.
  const command = BSON.deserialize(message.subarray(21, 21 + message.readInt32LE(21)));
  if (command.$db !== database) return null;
  const [name = ''] = Object.keys(command);
  const readPreference: string | null = command.$readPreference?.mode ?? null;
  if (name !== 'aggregate') return { name, isWrite: writes.has(name), readPreference };
  const last: unknown = command.pipeline?.at(-1);
  const isWrite = typeof last === 'object' && last !== null && ('$out' in last || '$merge' in last);
  return { name, isWrite, readPreference };
}
