"""aiokafka: produce, consume in a group and commit, or run transactions. Prints one line per record."""
import asyncio
import sys
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

verb, brokers, topic = sys.argv[1], sys.argv[2], sys.argv[3]


def show(message):
    print(f"{message.partition}\t{message.offset}\t{message.key.decode()}\t{message.value.decode()}")


async def produce(name, count):
    async with AIOKafkaProducer(bootstrap_servers=brokers, enable_idempotence=True, compression_type="gzip") as producer:
        receipts = [await producer.send(topic, key=f"key-{index % 10}".encode(), value=f"{name}#{index}".encode(),
                                        headers=[("n", str(index).encode())]) for index in range(count)]
        await asyncio.gather(*receipts)


async def consume(count, group):
    async with AIOKafkaConsumer(topic, bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest",
                                enable_auto_commit=False) as consumer:
        for seen in range(count):
            try:
                show(await asyncio.wait_for(consumer.getone(), 20))
            except asyncio.TimeoutError:
                sys.exit(f"nothing more after {seen} of {count}")
        await consumer.commit()


async def transact(name):
    async with AIOKafkaProducer(bootstrap_servers=brokers, transactional_id=name) as producer:
        async def send(start):
            for index in range(start, start + 10):
                await producer.send(topic, key=b"key", value=f"{name}#{index}".encode())
            await producer.flush()

        async with producer.transaction():
            await send(0)
        await producer.begin_transaction()
        await send(10)
        await producer.abort_transaction()
        async with producer.transaction():
            await send(20)
            await producer.send_offsets_to_transaction({TopicPartition(topic, 0): 5}, f"{name}-group")
    async with AIOKafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="earliest",
                                isolation_level="read_committed") as consumer:
        for _ in range(20):
            show(await asyncio.wait_for(consumer.getone(), 20))


if verb == "produce":
    asyncio.run(produce(sys.argv[4], int(sys.argv[5])))
elif verb == "consume":
    asyncio.run(consume(int(sys.argv[4]), sys.argv[5]))
else:
    asyncio.run(transact(sys.argv[4]))
