"""confluent-kafka (librdkafka): writes records of a file, or reads them back, as lines of JSON with all bytes in hex."""
import json
import sys
from confluent_kafka import Consumer, Producer, TopicPartition

verb, brokers, topic, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def read(text):
    return None if text is None else bytes.fromhex(text)


def write(data):
    return None if data is None else data.hex()


if verb == "produce":
    producer = Producer({"bootstrap.servers": brokers, "compression.type": sys.argv[6], "linger.ms": 20})
    with open(sys.argv[5], encoding="utf-8") as lines:
        for line in lines:
            key, value, headers, timestamp = json.loads(line)
            producer.produce(topic, partition=0, key=read(key), value=read(value), timestamp=timestamp,
                             headers=[(name, read(data)) for name, data in headers])
    sys.exit(1 if producer.flush(30) else 0)

consumer = Consumer({"bootstrap.servers": brokers, "group.id": topic, "check.crcs": True, "enable.auto.commit": False})
consumer.assign([TopicPartition(topic, 0, 0)])
with open(sys.argv[5], "w", encoding="utf-8") as lines:
    for seen in range(count):
        message = consumer.poll(20)
        if message is None or message.error():
            sys.exit(f"after {seen} of {count}: {message and message.error()}")
        headers = [[name, write(data)] for name, data in message.headers() or []]
        print(json.dumps([write(message.key()), write(message.value()), headers, message.timestamp()[1]]), file=lines)
consumer.close()
