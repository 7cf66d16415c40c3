"""kafka-python: produce, consume in a group and commit, or run transactions. Prints one line per record."""
import sys
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.structs import OffsetAndMetadata

verb, brokers, topic = sys.argv[1], sys.argv[2].split(","), sys.argv[3]


def send(producer, name, start, count):
    receipts = [producer.send(topic, key=f"key-{index % 10}".encode(), value=f"{name}#{index}".encode(),
                              headers=[("n", str(index).encode())]) for index in range(start, start + count)]
    for receipt in receipts:
        receipt.get(timeout=30)


def read(consumer, count):
    seen = 0
    for message in consumer:
        seen += 1
        print(f"{message.partition}\t{message.offset}\t{message.key.decode()}\t{message.value.decode()}")
        if seen == count:
            return
    sys.exit(f"nothing more after {seen} of {count}")


def produce(name, count):
    producer = KafkaProducer(bootstrap_servers=brokers, acks="all")
    send(producer, name, 0, count)
    producer.close()


def consume(count, group):
    consumer = KafkaConsumer(topic, bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest",
                             enable_auto_commit=False, consumer_timeout_ms=20000)
    read(consumer, count)
    consumer.commit()
    consumer.close()


def transact(name):
    producer = KafkaProducer(bootstrap_servers=brokers, transactional_id=name)
    producer.init_transactions()
    producer.begin_transaction()
    send(producer, name, 0, 10)
    producer.commit_transaction()
    producer.begin_transaction()
    send(producer, name, 10, 10)
    producer.abort_transaction()
    producer.begin_transaction()
    send(producer, name, 20, 10)
    producer.send_offsets_to_transaction({TopicPartition(topic, 0): OffsetAndMetadata(5, "", -1)}, f"{name}-group")
    producer.commit_transaction()
    producer.close()
    reader = KafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="earliest", isolation_level="read_committed",
                           consumer_timeout_ms=20000)
    read(reader, 20)
    reader.close()


if verb == "produce":
    produce(sys.argv[4], int(sys.argv[5]))
elif verb == "consume":
    consume(int(sys.argv[4]), sys.argv[5])
else:
    transact(sys.argv[4])
