"""confluent-kafka's share consumer (librdkafka): acquire, accept, release, reject. Prints what came, and how often."""
import sys
from confluent_kafka import AcknowledgeType, Producer, ShareConsumer

brokers, topic, group = sys.argv[2:5]
producer = Producer({"bootstrap.servers": brokers})
member = ShareConsumer({"bootstrap.servers": brokers, "group.id": group, "share.acknowledgement.mode": "explicit"})
member.subscribe([topic])
verdicts = {"accept": AcknowledgeType.ACCEPT, "release": AcknowledgeType.RELEASE, "reject": AcknowledgeType.REJECT}


def send(*values):
    for value in values:
        producer.produce(topic, value=value)
    if producer.flush(30):
        sys.exit("not delivered")


def take(seconds):
    """Acknowledges what a poll gives, and tells of it; what was released comes once more, and is accepted then."""
    seen = []
    for message in member.poll(seconds):
        if message.error():
            sys.exit(str(message.error()))
        value, times = message.value().decode(), message.delivery_count()
        member.acknowledge(message, verdicts.get(value, AcknowledgeType.ACCEPT) if times == 1 else AcknowledgeType.ACCEPT)
        seen.append(f"{value} x{times}")
    for partition, failure in member.commit_sync().items():
        if failure:
            sys.exit(f"{partition}: {failure}")
    return seen


# A share group begins at the end of the log, so what is sent before the member has its partition never comes.
for _ in range(60):
    send("warm-up")
    if take(1):
        break
else:
    sys.exit("nothing came")
send(*verdicts)
told = []
while len(told) < len(verdicts) + 1:
    told += [line for line in take(20) if not line.startswith("warm-up")]
print("\n".join(told + [line for line in take(1) if not line.startswith("warm-up")]))
member.close()
