import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { type ManagedProcess, startProcess } from '../child-process.ts';
import type { NodePlan } from './node-folder.ts';

/** One broker of a running cluster. */
export interface KafkaNode {
  readonly id: number;
  readonly port: number;
  /** The running JVM's process id; another one after `restart`. */
  readonly pid: number;
  /** Ends the JVM (default SIGKILL, as a crash would) and resolves when it is gone. Its data stays. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts the node again on its ports and data and resolves when the whole cluster answers. */
  restart(): Promise<void>;
  /** The tail of the broker's log. */
  log(): string;
}

/** How to start a node's JVM: the arguments are the same at each restart. */
export interface NodeLaunch {
  readonly id: number;
  readonly port: number;
  readonly doors: NodePlan['doors'];
  readonly java: string;
  readonly jvmArguments: readonly string[];
  /** Where the class archive is, or is to be made: starts after the first take a third of the time. */
  readonly classArchive: string;
  readonly mayWriteArchive: boolean;
  readonly untilReady: () => Promise<void>;
}

/** A node's JVM across kills and restarts. */
export class RunningNode implements KafkaNode {
  readonly id: number;
  readonly port: number;
  readonly doors: NodePlan['doors'];
  readonly #launch: NodeLaunch;
  #process: ManagedProcess | undefined;

  constructor(launch: NodeLaunch) {
    this.id = launch.id;
    this.port = launch.port;
    this.doors = launch.doors;
    this.#launch = launch;
  }

  get pid(): number {
    return this.#running().pid;
  }

  get exited(): ManagedProcess['exited'] {
    return this.#running().exited;
  }

  async start(): Promise<void> {
    const { java, jvmArguments, id } = this.#launch;
    // A half-written archive never carries the name that later starts look for.
    const written = `${this.#launch.classArchive}.${randomUUID()}`;
    const process = await startProcess(java, [...this.#archiveArguments(written), ...jvmArguments], {
      name: `Kafka node ${id}`,
    });
    this.#process = process;
    void process.exited.then(() => this.#keepArchive(written));
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#running().stop({ signal });
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
    await this.#launch.untilReady();
  }

  log(): string {
    return this.#process?.output() ?? '';
  }

  async stop(): Promise<void> {
    await this.#process?.stop({ deadlineMs: 15_000 });
  }

  #running(): ManagedProcess {
    if (this.#process === undefined) throw new Error(`Kafka node ${this.id} was never started.`);
    return this.#process;
  }

  #archiveArguments(written: string): readonly string[] {
    const { classArchive, mayWriteArchive } = this.#launch;
    const quiet = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off', '-Xlog:class+path=off'];
    if (existsSync(classArchive)) return [`-XX:SharedArchiveFile=${classArchive}`, ...quiet];
    return mayWriteArchive ? [`-XX:ArchiveClassesAtExit=${written}`, ...quiet] : [];
  }

  async #keepArchive(written: string): Promise<void> {
    const { code, signal } = await this.#running().exited;
    // 143 is a clean end after SIGTERM; after anything else the archive may be cut off.
    if (code === 143 || code === 0) await rename(written, this.#launch.classArchive).catch(() => undefined);
    else if (signal !== null || code !== null) await rm(written, { force: true });
  }
}
