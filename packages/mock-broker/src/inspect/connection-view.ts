import type { Connection } from '../network/connection.ts';

/** A client's connection as a test wants to see it. */
export type ConnectionView = {
  readonly nodeId: number;
  /** The name of the listener it came in by. */
  readonly listener: string;
  readonly host: string;
  readonly port: number;
  /** What its last request said; empty before the first. */
  readonly clientId: string;
  /** What it said it runs (KIP-511), else `unknown`. */
  readonly softwareName: string;
  readonly softwareVersion: string;
  /** `User:name`, as access rules spell it. */
  readonly principal: string;
  /** Milliseconds since the Unix epoch, by the broker's clock. */
  readonly connectedAt: number;
  readonly ageMs: number;
  /** Bytes of requests that came, and of answers that were handed to the system. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** How many requests came. */
  readonly requests: number;
  /** How many of them have no answer yet, those queued behind the first included. */
  readonly inFlight: number;
};

/** Everybody who is connected to any of these nodes. */
export function connectionsOf(nodes: readonly { connections(): Connection[] }[], now: number): ConnectionView[] {
  return nodes.flatMap((node) => node.connections()).map((one) => describeConnection(one, now));
}

/** A copy of what a connection looks like now. */
function describeConnection(connection: Connection, now: number): ConnectionView {
  const { nodeId, session, host, remotePort: port, traffic } = connection;
  return {
    nodeId,
    listener: session.listener.name,
    host,
    port,
    clientId: session.clientId,
    softwareName: session.software.name,
    softwareVersion: session.software.version,
    principal: session.principal,
    connectedAt: connection.connectedAt,
    ageMs: now - connection.connectedAt,
    ...traffic,
    inFlight: connection.inFlight,
  };
}
