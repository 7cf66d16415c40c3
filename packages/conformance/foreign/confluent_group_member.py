"""confluent-kafka (librdkafka): a member of a group until SIGTERM. Tells what it has (`has 0,1`) and reads (`read value`), commits what it read."""
import signal
import sys
from confluent_kafka import Consumer

brokers, topic, group, sharing = sys.argv[1:5]
running = True


def stop(_signal, _frame):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
protocol = {"group.protocol": "consumer"} if sharing == "consumer" else {
    "partition.assignment.strategy": sharing, "heartbeat.interval.ms": 500, "session.timeout.ms": 10000}
consumer = Consumer({"bootstrap.servers": brokers, "group.id": group, "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, **protocol})
consumer.subscribe([topic])
told = ""
while running:
    message = consumer.poll(0.2)
    if message is not None:
        if message.error():
            sys.exit(str(message.error()))
        print("read", message.value().decode(), flush=True)
        consumer.commit(message, asynchronous=False)
    has = ",".join(str(one) for one in sorted(part.partition for part in consumer.assignment()))
    if has != told:
        print("has", has, flush=True)
    told = has
consumer.close()
