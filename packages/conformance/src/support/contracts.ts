import { defineCatalog, defineEvent } from '@eventstream/contracts';
import { z } from 'zod';

/** A catalog whose one topic is chosen by the case, so that cases do not meet. */
export function catalogOn<const Topic extends string>(topic: Topic) {
  return defineCatalog([
    defineEvent('lab.step.taken', {
      version: 1,
      topic,
      key: ({ key }) => key,
      data: z.object({ key: z.string(), step: z.int(), text: z.string().optional() }),
    }),
  ]);
}
