import { Signal } from '../../log/signal.ts';
import { Session } from '../../security/session.ts';
import { clusterUnderTest } from '../cluster-under-test.ts';
import { mutate } from './mutate.ts';
import { Random32 } from './random32.ts';
import { seedFrames } from './seeds.ts';

/** What a run of mutated frames came to. */
export type FuzzResult = {
  readonly frames: number;
  readonly replied: number;
  readonly closed: number;
  readonly silent: number;
  /** Frames whose fate was still open when their connection and all timers had ended: a leak. */
  readonly unsettled: number;
};

/** A cluster is thrown away after so many frames, for they create topics and groups like any others. */
const FRAMES_PER_CLUSTER = 5000;
const FRAMES_PER_CONNECTION = 50;

/**
 * Sends mutated frames through the pipeline of cluster after cluster. A frame that makes the broker throw rejects with the
 * seed and the bytes; equal seeds send equal frames.
 */
export async function fuzz(seed: number, frames: number): Promise<FuzzResult> {
  const random = new Random32(seed);
  const seeds = seedFrames();
  const counts = { reply: 0, close: 0, silent: 0 };
  let unsettled = 0;
  for (let sent = 0; sent < frames; sent += FRAMES_PER_CLUSTER) {
    const under = clusterUnderTest({ topics: [{ name: 'sample', partitions: 2 }], seed, logBytes: 1 << 20 });
    for (
      let inCluster = 0;
      inCluster < Math.min(FRAMES_PER_CLUSTER, frames - sent);
      inCluster += FRAMES_PER_CONNECTION
    ) {
      const closed = new Signal();
      const session = new Session({ name: 'PLAINTEXT', protocol: 'PLAINTEXT' });
      const caller = { nodeId: 1, host: '10.0.0.7', remotePort: 50_007, closed, session };
      let open = 0;
      const fates = Array.from({ length: FRAMES_PER_CONNECTION }, async () => {
        const frame = mutate(seeds[random.below(seeds.length)]!, seeds[random.below(seeds.length)]!, random);
        open += 1;
        try {
          counts[(await under.pipeline.serve(frame, caller)).kind] += 1;
        } catch (cause) {
          throw new Error(`Seed ${seed}: the broker failed at frame ${frame.toString('hex')}`, { cause });
        } finally {
          open -= 1;
        }
      });
      await settleTurns();
      closed.fire();
      // Longer than any timeout a request may ask for: whatever waits must have been told something.
      under.clock.advance(2 ** 32);
      await settleTurns();
      unsettled += open;
      if (open === 0) await Promise.all(fates);
    }
  }
  return { frames, replied: counts.reply, closed: counts.close, silent: counts.silent, unsettled };
}

async function settleTurns(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate);
}
