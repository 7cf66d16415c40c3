import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;

final class AdminGroupCases {
    static void addTo(Cases cases) {
        cases.add("admin: groups are described with members and assignments", AdminGroupCases::describe);
        cases.add("admin: groups are listed by state and type", AdminGroupCases::list);
        cases.add("admin: offsets of groups are listed, altered and deleted", AdminGroupCases::offsets);
        cases.add("admin: a group with members keeps its offsets and itself", AdminGroupCases::busy);
        cases.add("admin: groups are deleted, unknown ones are told apart", AdminGroupCases::delete);
    }

    private static KafkaConsumer<String, String> joined(Lab lab, String topic, String group) throws Exception {
        KafkaConsumer<String, String> consumer = lab.consumer("group.id", group, "client.id", "c", "group.instance.id", "instance", "client.rack", "rack-1");
        lab.send(topic, "v");
        consumer.subscribe(List.of(topic));
        Lab.poll(consumer, 1);
        consumer.commitSync();
        return consumer;
    }

    private static String text(ConsumerGroupDescription group) {
        return group.type() + " " + group.groupState() + " " + group.partitionAssignor() + " simple " + group.isSimpleConsumerGroup() + " coordinator " + (group.coordinator() != null)
            + " epochs " + group.groupEpoch() + " " + group.targetAssignmentEpoch() + " members " + group.members().stream().map(one -> one.clientId() + " " + one.groupInstanceId().orElse("-") + " from "
            + one.host() + " has " + Lab.numbers(one.assignment().topicPartitions()) + " target " + one.targetAssignment() + " upgraded " + one.upgraded()).toList();
    }

    private static Object describe(Lab lab) throws Exception {
        String group = lab.name("g");
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = joined(lab, lab.topic("t", 2), group)) {
            seen.add(text(lab.admin.describeConsumerGroups(List.of(group)).all().get().get(group)));
            var classic = lab.admin.describeClassicGroups(List.of(group)).all().get().get(group);
            seen.add(classic.protocol() + " " + classic.protocolData() + " " + classic.state() + " " + classic.members().size());
        }
        var options = new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
        seen.add(Lab.sorted(lab.admin.describeConsumerGroups(List.of(group), options).all().get().get(group).authorizedOperations()));
        seen.add(Lab.outcome(() -> lab.admin.describeConsumerGroups(List.of("no-such-group")).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.describeClassicGroups(List.of("no-such-group")).all().get()));
        return seen;
    }

    private static List<String> listed(Lab lab, ListGroupsOptions options) throws Exception {
        return lab.admin.listGroups(options).all().get().stream().filter(one -> one.groupId().startsWith(lab.name(""))).map(AdminGroupCases::text).sorted().toList();
    }

    private static String text(GroupListing one) {
        return one.groupId().replaceAll(".*-", "") + " " + one.type() + " " + one.protocol() + " " + one.groupState() + " simple " + one.isSimpleConsumerGroup();
    }

    private static Object list(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        lab.admin.alterConsumerGroupOffsets(lab.name("simple"), Map.of(Lab.at(topic, 0), new OffsetAndMetadata(0))).all().get();
        try (KafkaConsumer<String, String> consumer = joined(lab, topic, lab.name("busy"))) {
            return "all " + listed(lab, new ListGroupsOptions()) + " stable " + listed(lab, new ListGroupsOptions().inGroupStates(Set.of(GroupState.STABLE)))
                + " empty " + listed(lab, new ListGroupsOptions().inGroupStates(Set.of(GroupState.EMPTY))) + " classic " + listed(lab, new ListGroupsOptions().withTypes(Set.of(GroupType.CLASSIC)))
                + " of consumers " + listed(lab, ListGroupsOptions.forConsumerGroups()) + " share " + listed(lab, ListGroupsOptions.forShareGroups());
        }
    }

    private static Map<String, String> offsetsOf(Lab lab, String group) throws Exception {
        Map<String, String> all = new TreeMap<>();
        lab.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get()
            .forEach((partition, offset) -> all.put(String.valueOf(partition.partition()), offset.offset() + " " + offset.metadata() + " " + offset.leaderEpoch()));
        return all;
    }

    private static Object offsets(Lab lab) throws Exception {
        String topic = lab.topic("t", 3);
        String group = lab.name("g");
        List<Object> seen = new ArrayList<>();
        lab.admin.alterConsumerGroupOffsets(group, Map.of(Lab.at(topic, 0), new OffsetAndMetadata(5, java.util.Optional.of(0), "why"), Lab.at(topic, 1), new OffsetAndMetadata(6))).all().get();
        seen.add(offsetsOf(lab, group));
        var some = new ListConsumerGroupOffsetsSpec().topicPartitions(List.of(Lab.at(topic, 1), Lab.at(topic, 2)));
        seen.add(lab.admin.listConsumerGroupOffsets(Map.of(group, some), new ListConsumerGroupOffsetsOptions().requireStable(true)).all().get().get(group).entrySet().stream()
            .map(entry -> entry.getKey().partition() + "=" + (entry.getValue() == null ? null : entry.getValue().offset())).sorted().toList());
        seen.add(Lab.outcomes(new java.util.HashMap<>(Map.of("0", lab.admin.deleteConsumerGroupOffsets(group, Set.of(Lab.at(topic, 0))).partitionResult(Lab.at(topic, 0)))), key -> key));
        seen.add(Lab.outcome(() -> lab.admin.deleteConsumerGroupOffsets(group, Set.of(Lab.at("no-such-topic", 0))).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.alterConsumerGroupOffsets(group, Map.of(Lab.at("no-such-topic", 0), new OffsetAndMetadata(1))).all().get()));
        seen.add(offsetsOf(lab, group));
        seen.add(offsetsOf(lab, "no-such-group"));
        seen.add(Lab.outcome(() -> lab.admin.deleteConsumerGroupOffsets("no-such-group", Set.of(Lab.at(topic, 0))).all().get()));
        return seen;
    }

    private static Object busy(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        String group = lab.name("g");
        try (KafkaConsumer<String, String> consumer = joined(lab, topic, group)) {
            return "alter: " + Lab.outcome(() -> lab.admin.alterConsumerGroupOffsets(group, Map.of(Lab.at(topic, 0), new OffsetAndMetadata(0))).all().get())
                + "\ndelete offsets: " + Lab.outcome(() -> lab.admin.deleteConsumerGroupOffsets(group, Set.of(Lab.at(topic, 0))).all().get())
                + "\ndelete: " + Lab.outcome(() -> lab.admin.deleteConsumerGroups(List.of(group)).all().get());
        }
    }

    private static Object delete(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        lab.admin.alterConsumerGroupOffsets(lab.name("g"), Map.of(Lab.at(topic, 0), new OffsetAndMetadata(0))).all().get();
        Map<String, String> deleted = Lab.outcomes(lab.admin.deleteConsumerGroups(List.of(lab.name("g"), "no-such-group")).deletedGroups(), key -> key.replaceAll("^case\\d+-", ""));
        return deleted + " left " + listed(lab, new ListGroupsOptions());
    }
}
