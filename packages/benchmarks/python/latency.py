"""From produce to consume with librdkafka, one message at a time at a fixed rate."""

import threading
import time

from bench_side import report, settings
from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

options = settings()
topic, count, per_second = options["topic"], options["messages"], options["perSecond"]
client = {"bootstrap.servers": options["brokers"], "log_level": 2}
producer = Producer({**client, "linger.ms": 0, "acks": "all"})
consumer = Consumer({**client, "group.id": "latency", "enable.auto.commit": False})
warm_up = 100
delays = []
done = threading.Event()


def listen():
    while len(delays) < warm_up + count and not done.is_set():
        message = consumer.poll(1)
        if message is None or message.error():
            continue
        delays.append((time.monotonic_ns() - int(message.value()[:20])) / 1e6)


# The topic is there, and its end is known, before anything is sent.
while not producer.list_topics(topic, timeout=10).topics[topic].partitions:
    time.sleep(0.05)
consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)
consumer.assign([TopicPartition(topic, 0, OFFSET_END)])
while consumer.poll(0.5) is not None:
    pass
listener = threading.Thread(target=listen)
listener.start()
padding = "x" * 180
began = time.monotonic_ns()
for number in range(warm_up + count):
    due = began + number * 1_000_000_000 // per_second
    while time.monotonic_ns() < due:
        producer.poll(max(0, (due - time.monotonic_ns()) / 1e9))
    producer.produce(topic, f"{due:020d}{padding}".encode(), partition=0)
producer.flush(10)
listener.join(10)
done.set()
if len(delays) < warm_up + count:
    raise RuntimeError(f"{len(delays)} of {warm_up + count} messages came back")
measured = sorted(delays[warm_up:])
report({"p50": measured[len(measured) // 2], "p99": measured[len(measured) * 99 // 100], "max": measured[-1]})
