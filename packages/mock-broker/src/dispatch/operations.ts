/** Bits of what a client may do (KIP-430). Nothing is forbidden here, so they are all those a resource knows. */
export const topicOperations = 0b1101_1111_1000;
export const groupOperations = 0b0001_0100_1000;
export const clusterOperations = 0b1_1111_1010_0000;
/** What stands in the field when the client did not ask. */
export const operationsNotAsked = -2147483648;
