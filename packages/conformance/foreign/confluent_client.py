"""confluent-kafka (librdkafka): produce, consume in a group and commit, or run transactions. Prints one line per record."""
import sys
import confluent_kafka
from confluent_kafka import Consumer, Producer, TopicPartition

verb, brokers, topic = sys.argv[1], sys.argv[2], sys.argv[3]


def check(failures, left):
    if failures or left:
        sys.exit(f"librdkafka {confluent_kafka.libversion()[0]}: not delivered {failures}, {left} left in the queue")


def send(producer, name, start, count):
    failures = []
    for index in range(start, start + count):
        producer.produce(topic, key=f"key-{index % 10}", value=f"{name}#{index}", headers={"n": str(index)},
                         on_delivery=lambda error, _message: error and failures.append(str(error)))
    check(failures, producer.flush(30))


def read(options, count):
    consumer = Consumer({"bootstrap.servers": brokers, "auto.offset.reset": "earliest", "enable.auto.commit": False,
                         "check.crcs": True, **options})
    consumer.subscribe([topic])
    for seen in range(count):
        message = consumer.poll(20)
        if message is None:
            sys.exit(f"nothing more after {seen} of {count}")
        if message.error():
            sys.exit(str(message.error()))
        print(f"{message.partition()}\t{message.offset()}\t{message.key().decode()}\t{message.value().decode()}")
    return consumer


def consume(count, group, protocol="classic"):
    consumer = read({"group.id": group, "group.protocol": protocol}, count)
    consumer.commit(asynchronous=False)
    consumer.close()


def transact(name):
    producer = Producer({"bootstrap.servers": brokers, "transactional.id": name})
    producer.init_transactions(30)
    producer.begin_transaction()
    send(producer, name, 0, 10)
    producer.commit_transaction(30)
    producer.begin_transaction()
    send(producer, name, 10, 10)
    producer.abort_transaction(30)
    member = read({"group.id": f"{name}-group", "isolation.level": "read_committed"}, 1)
    producer.begin_transaction()
    send(producer, name, 20, 10)
    producer.send_offsets_to_transaction([TopicPartition(topic, 0, 5)], member.consumer_group_metadata(), 30)
    producer.commit_transaction(30)
    member.close()
    print("--")
    read({"group.id": f"{name}-reader", "isolation.level": "read_committed"}, 20).close()


if verb == "produce":
    send(Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "compression.type": "gzip"}),
         sys.argv[4], 0, int(sys.argv[5]))
elif verb == "consume":
    consume(int(sys.argv[4]), *sys.argv[5:])
else:
    transact(sys.argv[4])
