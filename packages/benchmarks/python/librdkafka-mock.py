"""librdkafka's own mock cluster of one node, in a process of its own."""

from bench_side import serve_until_stopped
from confluent_kafka import Producer

# The address is never used: with the mock, librdkafka puts its own node in its place.
owner = Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "mock", "log_level": 2})
(node,) = owner.list_topics(timeout=10).brokers.values()
serve_until_stopped({"brokers": f"{node.host}:{node.port}"})
