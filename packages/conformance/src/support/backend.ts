import type { OffsetLookup, TopicAdmin, Transport } from '@eventstream/core';

/** What only some backends can do. A case that needs more is declared with the reason, never skipped in silence. */
export interface Abilities {
  /** Other processes can reach it, so that they can be killed. */
  readonly processes: boolean;
  /** Nodes that can be killed while others take over. */
  readonly failover: boolean;
}

/** A driver on a broker, under test. */
export type ConformanceTransport = Transport & TopicAdmin & OffsetLookup;

/** Options that the cases vary. */
export interface TransportVariation {
  readonly bufferBytes?: number;
}

/** A running broker and the way to it. */
export interface Running {
  /** A transport of its own, as another process would have; not connected yet. */
  transport(variation?: TransportVariation): ConformanceTransport;
  /** Where clients connect; empty when {@link Abilities.processes} is false. */
  readonly bootstrapServers: string;
  /** Makes the brokers silent until the returned function is called: nothing is acknowledged meanwhile. */
  silence(): Promise<() => Promise<void>>;
  /** Kills the leader of a partition the hard way and brings it back later. Only with {@link Abilities.failover}. */
  killLeader(topic: string, partition: number): Promise<{ restart(): Promise<void> }>;
  stop(): Promise<void>;
}

/** A kind of broker that the suite can be run on. */
export interface Backend {
  readonly name: string;
  /** The driver's name. */
  readonly driver: string;
  readonly abilities: Abilities;
  /** How long one wait in a case may take, in milliseconds. */
  readonly patienceMs: number;
  start(): Promise<Running>;
}
