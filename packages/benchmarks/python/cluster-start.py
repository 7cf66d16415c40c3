"""How long librdkafka's own mock cluster takes to start, with the producer that owns it."""

import time

from bench_side import report, settings
from confluent_kafka import Producer

options = settings()
starts = []
for _ in range(options["times"]):
    began = time.monotonic()
    owner = Producer({"test.mock.num.brokers": options["nodes"], "bootstrap.servers": "mock", "log_level": 2})
    starts.append((time.monotonic() - began) * 1000)
    owner.list_topics(timeout=10)
    del owner
later = sorted(starts[1:])
report({"first": starts[0], "middle": later[len(later) // 2]})
