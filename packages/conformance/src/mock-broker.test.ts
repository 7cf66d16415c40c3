import { mockBroker } from './backends/mock-broker.ts';
import { conformance } from './suite.ts';

conformance(mockBroker(1));
conformance(mockBroker(3));
