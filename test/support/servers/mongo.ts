import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { run } from '../command.ts';
import { freePort, type Provided } from './server.ts';

const secondsToStart = 30;

/** Provides MongoDB: the server of MONGODB_URI, or else a `mongod` from the PATH with its data below `folder`. */
export async function provideMongo(folder: string): Promise<Provided> {
  const url = process.env.MONGODB_URI;
  try {
    if (url) return { url, about: `${await greet(url)} of MONGODB_URI`, env: {}, stop: async () => {} };
    if ((await run('mongod', ['--version'])).status !== 0) {
      return { url: null, reason: 'MONGODB_URI is not set, and there is no mongod on the PATH' };
    }
    return await startMongod(folder);
  } catch (error) {
    return { url: null, reason: error instanceof Error ? error.message : String(error) };
  }
}

async function startMongod(folder: string): Promise<Provided> {
  const home = join(folder, 'mongo');
  const log = join(home, 'server.log');
  await mkdir(home, { recursive: true });
  const port = await freePort();
  const options = ['--dbpath', home, '--port', String(port), '--bind_ip', '127.0.0.1', '--logpath', log];
  const server = spawn('mongod', options, { stdio: 'ignore', detached: true });
  const url = `mongodb://127.0.0.1:${port}`;
  for (const deadline = Date.now() + secondsToStart * 1000; ; await pause(100)) {
    const about = await greet(url).catch(() => null);
    if (about !== null) {
      return {
        url,
        about: `${about}, started with mongod`,
        env: {},
        stop: async () => {
          server.kill('SIGKILL');
          if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
        },
      };
    }
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error(
        `mongod does not start:\n${(await readFile(log, 'utf8').catch(() => '')).slice(-2000)}`,
      );
    }
  }
}

/** Waits for the server. Returns its name and version. */
async function greet(url: string): Promise<string> {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 2000 });
  try {
    const { version } = await client.db('admin').command({ buildInfo: 1 });
    return `MongoDB ${version}`;
  } finally {
    await client.close();
  }
}
