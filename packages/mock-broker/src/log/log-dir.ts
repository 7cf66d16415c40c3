/** The directory logs would lie in. Nothing is written to it: the name is what admin tools show and give back. */
export const logDir = '/var/lib/kafka/data';
