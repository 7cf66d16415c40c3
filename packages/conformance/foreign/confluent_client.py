"""confluent-kafka (librdkafka): produce, or consume in a group and commit. Prints one line per record."""
import sys
import confluent_kafka
from confluent_kafka import Consumer, Producer

verb, brokers, topic, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])

if verb == "produce":
    failures = []
    producer = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "compression.type": "gzip"})
    for index in range(count):
        producer.produce(topic, key=f"key-{index % 10}", value=f"value-{index}", headers={"n": str(index)},
                         on_delivery=lambda error, _message: error and failures.append(str(error)))
    left = producer.flush(30)
    print(f"librdkafka {confluent_kafka.libversion()[0]} failed {len(failures)} left {left}")
    sys.exit(1 if failures or left else 0)

consumer = Consumer({"bootstrap.servers": brokers, "group.id": sys.argv[5], "auto.offset.reset": "earliest",
                     "enable.auto.commit": False, "check.crcs": True})
consumer.subscribe([topic])
seen = 0
while seen < count:
    message = consumer.poll(20)
    if message is None:
        sys.exit(f"nothing more after {seen} of {count}")
    if message.error():
        sys.exit(str(message.error()))
    seen += 1
    print(f"{message.partition()}\t{message.offset()}\t{message.key().decode()}\t{message.value().decode()}")
consumer.commit(asynchronous=False)
consumer.close()
