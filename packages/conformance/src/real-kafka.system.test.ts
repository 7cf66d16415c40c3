// needs: java, maven
// minutes: 25
import { realKafka } from './backends/real-kafka.ts';
import { conformance } from './suite.ts';

for (const driver of ['kafka', 'kafkajs'] as const) {
  conformance(realKafka(driver, '4.3.1', 1));
  conformance(realKafka(driver, '4.3.1', 3));
  conformance(realKafka(driver, '3.9.2', 1));
}
