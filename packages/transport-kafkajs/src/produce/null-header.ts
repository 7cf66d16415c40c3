/**
 * A header value that kafkajs writes as null. kafkajs measures a header before it looks whether it is null, and so throws
 * for every null header; Kafka itself allows them. An empty buffer passes the measuring, takes one byte as null does, and
 * is written with the length it states first: -1. The length it states second is how far the writer moves on: 0.
 */
export function nullHeader(): Buffer {
  const buffer = Buffer.alloc(0);
  let asked = 0;
  Object.defineProperties(buffer, {
    length: {
      get: () => {
        asked += 1;
        return asked % 2 === 1 ? -1 : 0;
      },
    },
    // Node's own copy would ask for the length as well, more or less often from version to version.
    copy: { value: () => 0 },
  });
  return buffer;
}
