"""kafka-python: produce, or consume in a group and commit. Prints one line per record."""
import sys
from kafka import KafkaConsumer, KafkaProducer

verb, brokers, topic = sys.argv[1], sys.argv[2].split(","), sys.argv[3]


def produce(name, count):
    producer = KafkaProducer(bootstrap_servers=brokers, acks="all")
    receipts = [producer.send(topic, key=f"key-{index % 10}".encode(), value=f"{name}#{index}".encode(),
                              headers=[("n", str(index).encode())]) for index in range(count)]
    for receipt in receipts:
        receipt.get(timeout=30)
    producer.close()


def consume(count, group):
    consumer = KafkaConsumer(topic, bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest",
                             enable_auto_commit=False, consumer_timeout_ms=20000)
    seen = 0
    for message in consumer:
        seen += 1
        print(f"{message.partition}\t{message.offset}\t{message.key.decode()}\t{message.value.decode()}")
        if seen == count:
            break
    consumer.commit()
    consumer.close()
    sys.exit(0 if seen == count else f"nothing more after {seen} of {count}")


if verb == "produce":
    produce(sys.argv[4], int(sys.argv[5]))
else:
    consume(int(sys.argv[4]), sys.argv[5])
