"""How long the first member of a new group waits for its partitions, with librdkafka."""

import time

from bench_side import report, settings
from confluent_kafka import Consumer

options = settings()
topic = options["topic"]
waits = []
for number in range(options["groups"]):
    assigned = []
    consumer = Consumer(
        {"bootstrap.servers": options["brokers"], "group.id": f"group-{number}", "log_level": 2, "enable.auto.commit": False}
    )
    # The connection and the metadata are there, so that the group is what is measured.
    consumer.list_topics(topic, timeout=10)
    began = time.monotonic()
    consumer.subscribe([topic], on_assign=lambda _, parts: assigned.append(time.monotonic()))
    while not assigned:
        consumer.poll(0.1)
        if time.monotonic() - began > 20:
            raise RuntimeError("no partitions for twenty seconds")
    waits.append((assigned[0] - began) * 1000)
    consumer.close()
report({"median": sorted(waits)[len(waits) // 2], "worst": max(waits)})
