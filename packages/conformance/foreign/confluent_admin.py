"""confluent-kafka's AdminClient (librdkafka): goes through every step and prints what it then reads back."""
import sys
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding, AclBindingFilter, AclOperation, AclPermissionType, AdminClient, AlterConfigOpType, ConfigEntry,
    ConfigResource, NewPartitions, NewTopic, OffsetSpec, ResourcePatternType, ResourceType, ScramCredentialInfo,
    ScramMechanism, UserScramCredentialDeletion, UserScramCredentialUpsertion)

brokers, topic = sys.argv[2], sys.argv[3]
admin = AdminClient({"bootstrap.servers": brokers})
first = TopicPartition(topic, 0)


def done(futures):
    """The results of a call that answers each of its items with a future."""
    return [future.result(20) for future in futures.values()]


def partitions():
    return len(admin.list_topics(topic, 20).topics[topic].partitions)


def retention():
    return done(admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]))[0]["retention.ms"].value


def topics():
    done(admin.create_topics([NewTopic(topic, 3, 1, config={"retention.ms": "3600000"})]))
    print(f"created\t{partitions()} partitions, retention.ms={retention()}")
    done(admin.create_partitions([NewPartitions(topic, 6)]))
    print(f"grown\t{partitions()} partitions")
    entry = ConfigEntry("retention.ms", "7200000", incremental_operation=AlterConfigOpType.SET)
    done(admin.incremental_alter_configs([ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=[entry])]))
    print(f"altered\tretention.ms={retention()}")


def records():
    producer = Producer({"bootstrap.servers": brokers})
    for _ in range(10):
        producer.produce(topic, value="x", partition=0)
    producer.flush(20)
    done(admin.delete_records([TopicPartition(topic, 0, 4)]))
    earliest, latest = (done(admin.list_offsets({first: spec}))[0].offset for spec in (OffsetSpec.earliest(), OffsetSpec.latest()))
    print(f"records deleted\tearliest {earliest}, latest {latest}")


def groups():
    group = f"{topic}-group"
    done(admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [TopicPartition(topic, 0, 7)])]))
    stored = done(admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group, [first])]))[0].topic_partitions[0].offset

    def listed():
        return group in [one.group_id for one in admin.list_consumer_groups().result(20).valid]

    state = done(admin.describe_consumer_groups([group]))[0].state.name.capitalize()
    print(f"group\tlisted {str(listed()).lower()}, {state}, offset {stored}")
    done(admin.delete_consumer_groups([group]))
    print(f"group deleted\tlisted {str(listed()).lower()}")


def rules():
    done(admin.create_acls([AclBinding(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, "User:alice", "*",
                                       AclOperation.READ, AclPermissionType.ALLOW)]))
    wish = AclBindingFilter(ResourceType.TOPIC, topic, ResourcePatternType.LITERAL, None, None, AclOperation.ANY, AclPermissionType.ANY)
    added = len(admin.describe_acls(wish).result(20))
    deleted = len(done(admin.delete_acls([wish]))[0])
    print(f"rules\t{added} added, {deleted} deleted, {len(admin.describe_acls(wish).result(20))} left")


def credentials():
    info = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 8192)
    done(admin.alter_user_scram_credentials([UserScramCredentialUpsertion("alice", info, b"secret", b"salt")]))
    found = done(admin.describe_user_scram_credentials(["alice"]))[0].scram_credential_infos[0]
    done(admin.alter_user_scram_credentials([UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256)]))
    try:
        left = len(done(admin.describe_user_scram_credentials(["alice"]))[0].scram_credential_infos)
    except KafkaException:
        left = 0
    print(f"credentials\t{found.mechanism.name.replace('_', '-')} {found.iterations}, then {left}")


topics()
records()
groups()
rules()
credentials()
done(admin.delete_topics([topic]))
print(f"topic left\t{str(topic in admin.list_topics(timeout=20).topics).lower()}")
