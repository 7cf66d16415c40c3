// @platformatic/kafka: produce, consume in a group and commit, or run transactions. Prints one line per record.
// Which version it is, PLATFORMATIC says: the file to import.
const {
  Consumer,
  FetchIsolationLevels,
  MessagesStreamModes,
  Producer,
  ProduceAcks,
  compressionsAlgorithms,
  stringDeserializers,
  stringSerializers,
} = await import(process.env.PLATFORMATIC ?? '@platformatic/kafka');

const [verb, brokers = '', topic = '', ...rest] = process.argv.slice(2);
const base = { clientId: 'platformatic', bootstrapBrokers: brokers.split(',') };

const openProducer = (options = {}) =>
  new Producer({ ...base, serializers: stringSerializers, idempotent: true, acks: ProduceAcks.ALL, ...options });

const openConsumer = (groupId, options = {}) =>
  new Consumer({ ...base, deserializers: stringDeserializers, groupId, maxWaitTime: 200, ...options });

const messages = (name, start, count) =>
  Array.from({ length: count }, (_, n) => n + start).map((n) => ({
    topic,
    key: `key-${n % 10}`,
    value: `${name}#${n}`,
    headers: { n: String(n) },
  }));

/** Reads until `count` records have come and gives the last of each partition. */
async function read(consumer, count, options = {}) {
  const last = new Map();
  const stream = await consumer.consume({
    topics: [topic],
    mode: MessagesStreamModes.EARLIEST,
    autocommit: false,
    ...options,
  });
  const timer = setTimeout(() => stream.destroy(new Error(`nothing more after ${last.seen ?? 0} of ${count}`)), 30_000);
  let seen = 0;
  for await (const message of stream) {
    console.log(`${message.partition}\t${message.offset}\t${message.key}\t${message.value}`);
    last.set(message.partition, message);
    seen += 1;
    last.seen = seen;
    if (seen === count) break;
  }
  clearTimeout(timer);
  return { last: [...last.values()], stream };
}

async function consume(count, group, groupProtocol = 'classic') {
  const consumer = openConsumer(group, { groupProtocol });
  const { last } = await read(consumer, count);
  const offsets = last.map(({ partition, offset }) => ({ topic, partition, offset: offset + 1n, leaderEpoch: -1 }));
  await consumer.commit({ offsets });
  await consumer.close(true);
}

async function transact(name) {
  const producer = openProducer({ transactionalId: name });
  const first = await producer.beginTransaction();
  await first.send({ messages: messages(name, 0, 10) });
  await first.commit();
  const second = await producer.beginTransaction();
  await second.send({ messages: messages(name, 10, 10) });
  await second.abort();

  const isolationLevel = FetchIsolationLevels.READ_COMMITTED;
  const member = openConsumer(`${name}-group`, { isolationLevel });
  const { last } = await read(member, 10);
  const third = await producer.beginTransaction();
  await third.addConsumer(member);
  await third.send({ messages: messages(name, 20, 10) });
  for (const message of last) await third.addOffset(message);
  await third.commit();
  await member.close(true);
  await producer.close();

  console.log('--');
  const reader = openConsumer(`${name}-reader`, { isolationLevel });
  await read(reader, 20);
  await reader.close(true);
}

if (verb === 'produce') {
  const producer = openProducer();
  await producer.send({
    messages: messages(rest[0], 0, Number(rest[1])),
    compression: compressionsAlgorithms.gzip.name ?? 'gzip',
  });
  await producer.close();
} else if (verb === 'consume') {
  await consume(Number(rest[0]), ...rest.slice(1));
} else {
  await transact(rest[0]);
}
