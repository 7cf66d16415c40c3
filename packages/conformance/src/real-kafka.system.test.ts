// needs: java, maven
import { realKafka } from './backends/real-kafka.ts';
import { conformance } from './suite.ts';

conformance(realKafka('4.3.1', 1));
conformance(realKafka('4.3.1', 3));
conformance(realKafka('3.9.2', 1));
