import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/** Where the bytes of a socket go. */
export type Destination = {
  /** Memory for the next read; never empty. */
  space(): Uint8Array;
  /** Says how much of the last `space()` was read. */
  filled(count: number): void;
};

/** What Node keeps behind a socket; only its presence is looked at. */
type Handle = { readonly useUserBuffer?: unknown };
type WithHandle = { _handle?: Handle | null };
/** Options that Node takes and its types leave out. */
type TakenOver = SocketConstructorOpts & { readonly handle: Handle; readonly onread: OnReadOpts };

/**
 * The connection of an accepted, still paused socket as a socket that reads straight into memory of ours; `undefined`
 * where that cannot be, and then the accepted one is as it was.
 *
 * Node lets a client choose where it reads to (`onread`), but not a server, which gets chunks of at most 64 KiB, each with
 * memory of its own. So the handle is moved to a new socket. That is not documented, hence the way back: TLS has another
 * kind of handle, and so may other runtimes.
 */
export function readInPlace(accepted: Socket, destination: Destination): Socket | undefined {
  const handle = handleOf(accepted);
  if (!handle) return undefined;
  (accepted as WithHandle)._handle = null;
  const options: TakenOver = {
    handle,
    onread: {
      // The types want one buffer; a function is asked before every read.
      buffer: (() => destination.space()) as unknown as Uint8Array,
      callback(count) {
        destination.filled(count);
        return true;
      },
    },
  };
  const socket = new Socket(options);
  // Without its handle there is nothing left of it but its place among the server's connections.
  accepted.destroy();
  return socket;
}

function handleOf(socket: Socket): Handle | undefined {
  if (socket.constructor !== Socket) return undefined;
  const handle = (socket as unknown as WithHandle)._handle;
  return typeof handle?.useUserBuffer === 'function' ? handle : undefined;
}
