"""Feeds a broker with librdkafka as fast as it takes the messages, and says how fast that was."""

import time

from bench_side import cpu_micros, report, settings
from confluent_kafka import Producer

options = settings()
topic, count = options["topic"], options["messages"]
payload = b"x" * options["bytes"]
failed = []
producer = Producer(
    {
        "bootstrap.servers": options["brokers"],
        "acks": "all",
        "linger.ms": 5,
        "enable.idempotence": options.get("idempotent", False),
        # At 1, every message is a request of its own.
        "batch.num.messages": options.get("together", 10_000),
        "log_level": 2,
        "queue.buffering.max.messages": 2_000_000,
        "queue.buffering.max.kbytes": 1_048_576,
        "delivery.report.only.error": True,
        "on_delivery": lambda error, _: failed.append(error) if error else None,
    }
)
# Lists of messages, where the client takes them: one call of Python per message would be what is measured.
batch = [{"value": payload}] * 10_000


def feed(messages):
    for _ in range(messages // len(batch)):
        taken = producer.produce_batch(topic, list(batch))
        if taken != len(batch):
            raise RuntimeError(f"the client took {taken} of {len(batch)} messages")
        producer.poll(0)
    left = producer.flush(50)
    if left or failed:
        raise RuntimeError(f"{left} messages were not delivered, {len(failed)} failed: {failed[:3]}")


warm_up = 50_000 if "together" not in options else 10_000
feed(warm_up)
cpu_before, began = cpu_micros(), time.monotonic()
feed(count)
seconds, cpu = time.monotonic() - began, cpu_micros() - cpu_before
report({"perSecond": count / seconds, "cpuPerEvent": cpu / count, "fed": warm_up + count})
