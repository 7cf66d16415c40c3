import { mockBroker } from './backends/mock-broker.ts';
import { conformance } from './suite.ts';

conformance(mockBroker('kafka', 1));
conformance(mockBroker('kafka', 3));
conformance(mockBroker('kafkajs', 1));
conformance(mockBroker('kafkajs', 3));
