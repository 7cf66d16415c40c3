"""Reads everything a topic holds with librdkafka, and says how fast that was."""

import time

from bench_side import cpu_micros, report, settings
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

options = settings()
topic = options["topic"]
consumer = Consumer(
    {
        "bootstrap.servers": options["brokers"],
        "group.id": "drain",
        "enable.auto.commit": False,
        "log_level": 2,
        # Otherwise a full queue of the client stops fetching for a second, and that is what would be measured.
        "queued.min.messages": 10_000_000,
        "queued.max.messages.kbytes": 2_000_000,
    }
)
parts = [TopicPartition(topic, index, OFFSET_BEGINNING) for index in range(options["partitions"])]
ends = [consumer.get_watermark_offsets(part, timeout=10) for part in parts]
left = sum(high - low for low, high in ends)
if left == 0:
    raise RuntimeError("there is nothing to read")
cpu_before, began, read, size = cpu_micros(), time.monotonic(), 0, 0
consumer.assign(parts)
while read < left:
    messages = consumer.consume(num_messages=min(20_000, left - read), timeout=10)
    if not messages:
        raise RuntimeError(f"{read} of {left} messages came, then none for ten seconds")
    for message in messages[:1]:
        if message.error():
            raise RuntimeError(str(message.error()))
        size = len(message.value())
    read += len(messages)
seconds, cpu = time.monotonic() - began, cpu_micros() - cpu_before
report({"perSecond": read / seconds, "bytesPerSecond": read * size / seconds, "cpuPerEvent": cpu / read, "read": read})
