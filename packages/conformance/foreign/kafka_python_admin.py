"""kafka-python's KafkaAdminClient: goes through every step and prints what it then reads back."""
import sys
from kafka import KafkaProducer, TopicPartition
from kafka.admin import (
    ACL, ACLFilter, ACLOperation, ACLPermissionType, ACLResourcePatternType, ConfigResource, ConfigResourceType,
    KafkaAdminClient, OffsetSpec, ResourcePattern, ResourcePatternFilter, ResourceType, ScramMechanism, UserScramCredentialDeletion,
    UserScramCredentialUpsertion)
from kafka.structs import OffsetAndMetadata

brokers, topic = sys.argv[2].split(","), sys.argv[3]
admin = KafkaAdminClient(bootstrap_servers=brokers)
first = TopicPartition(topic, 0)


def partitions():
    return len(admin.describe_topics([topic])[0]["partitions"])


def resource(configs):
    return ConfigResource(ConfigResourceType.TOPIC, topic, configs)


def retention():
    found = admin.describe_configs([resource(["retention.ms"])])["topic"][topic]["retention.ms"]
    return found["value"] if isinstance(found, dict) else found


def topics():
    admin.create_topics({topic: {"num_partitions": 3, "replication_factor": 1, "configs": {"retention.ms": "3600000"}}})
    print(f"created\t{partitions()} partitions, retention.ms={retention()}")
    admin.create_partitions({topic: 6})
    print(f"grown\t{partitions()} partitions")
    admin.alter_configs([resource({"retention.ms": "7200000"})], incremental=True)
    print(f"altered\tretention.ms={retention()}")


def records():
    producer = KafkaProducer(bootstrap_servers=brokers)
    for _ in range(10):
        producer.send(topic, value=b"x", partition=0)
    producer.close()
    admin.delete_records({first: 4})
    earliest, latest = (admin.list_partition_offsets({first: spec})[first].offset for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
    print(f"records deleted\tearliest {earliest}, latest {latest}")


def groups():
    group = f"{topic}-group"
    admin.alter_group_offsets(group, {first: OffsetAndMetadata(7, "", -1)})

    def listed():
        return str(group in [one["group_id"] for one in admin.list_groups()]).lower()

    state = admin.describe_groups([group])[group]["group_state"]
    stored = admin.list_group_offsets({group: [first]})[group][first].offset
    print(f"group\tlisted {listed()}, {state}, offset {stored}")
    admin.delete_groups([group])
    print(f"group deleted\tlisted {listed()}")


def rules():
    admin.create_acls([ACL("User:alice", "*", ACLOperation.READ, ACLPermissionType.ALLOW, ResourcePattern(ResourceType.TOPIC, topic))])
    pattern = ResourcePatternFilter(ResourceType.TOPIC, topic, ACLResourcePatternType.LITERAL)
    wish = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, pattern)

    def found():
        return len(admin.describe_acls(wish)[0])

    added = found()
    deleted = len(admin.delete_acls([wish])[0][1])
    print(f"rules\t{added} added, {deleted} deleted, {found()} left")


def credentials():
    admin.alter_user_scram_credentials([UserScramCredentialUpsertion("alice", ScramMechanism.SCRAM_SHA_256, "secret", iterations=8192)])
    described = admin.describe_user_scram_credentials(["alice"])["alice"]["credential_infos"][0]
    admin.alter_user_scram_credentials([UserScramCredentialDeletion("alice", ScramMechanism.SCRAM_SHA_256)])
    left = admin.describe_user_scram_credentials(["alice"])["alice"]["credential_infos"]
    mechanism = ScramMechanism(described["mechanism"]).name.replace("_", "-")
    print(f"credentials\t{mechanism} {described['iterations']}, then {len(left)}")


topics()
records()
groups()
rules()
credentials()
admin.delete_topics([topic])
print(f"topic left\t{str(topic in admin.list_topics()).lower()}")
admin.close()
