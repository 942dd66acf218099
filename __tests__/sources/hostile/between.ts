import { connect, createServer, type Socket } from 'node:net';
import type { StandIn } from '../../../demo/stand-in.ts';
import type { Server } from './row.ts';

/** Gets the bytes that the service sends over one connection, and decides what becomes of them. */
export type Meddler = (bytes: Buffer, client: Socket) => void;

/** A server in front of the stand-in that passes on every question and meddles with the answers. */
export async function between(
  { port }: StandIn,
  meddlerOf: (connection: number) => Meddler,
): Promise<Server> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const meddle = meddlerOf(connections);
    const service = connect(port, '127.0.0.1');
    for (const socket of [client, service]) sockets.add(socket.on('error', () => {}));
    client.on('data', (bytes) => service.write(bytes)).on('close', () => service.destroy());
    service.on('data', (bytes) => meddle(bytes, client)).on('close', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address() as { port: number };
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** Ends a connection when it has brought so many bytes, the last one in the middle of whatever it is. */
export function cutAfter(limit: number, reset: boolean): Meddler {
  let left = limit;
  return (bytes, client) => {
    const part = bytes.subarray(0, left);
    left -= part.length;
    if (left > 0) client.write(part);
    else if (reset) client.write(part, () => client.resetAndDestroy());
    else client.end(part);
  };
}

/** Sends one more answer behind each, which nobody asked for. */
export function sayMore(more: string): Meddler {
  const extra = `HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(more)}\r\n\r\n${more}`;
  let seen = Buffer.alloc(0);
  return (bytes, client) => {
    client.write(bytes);
    seen = Buffer.concat([seen, bytes]);
    const head = seen.indexOf('\r\n\r\n');
    const length = /content-length: (\d+)/i.exec(seen.subarray(0, head).toString('latin1'))?.[1];
    if (head < 0 || length === undefined || seen.length < head + 4 + Number(length)) return;
    seen = Buffer.alloc(0);
    client.write(extra);
  };
}
