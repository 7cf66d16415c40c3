import { type KafkajsOptions, type KafkajsTransport, kafkajs } from '../src/index.ts';

/** A connected transport that is closed at the end of the block. */
export async function connected(options: KafkajsOptions): Promise<KafkajsTransport & AsyncDisposable> {
  const transport = kafkajs(options);
  await transport.connect();
  return Object.assign(transport, {
    [Symbol.asyncDispose]: async () => {
      await transport.close({ timeoutMs: 1000 });
    },
  });
}
