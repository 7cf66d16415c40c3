import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

final class AdminTopicCases {
    static void addTo(Cases cases) {
        cases.add("admin: createTopics tells what was made, or would be", AdminTopicCases::create);
        cases.add("admin: createTopics refuses each impossible topic in its own words", AdminTopicCases::createRefused);
        cases.add("admin: describeTopics by name and by id, listTopics", AdminTopicCases::describe);
        cases.add("admin: createPartitions grows a topic and nothing else", AdminTopicCases::partitions);
        cases.add("admin: deleteTopics by name and by id", AdminTopicCases::delete);
        cases.add("admin: deleteRecords moves the log start", AdminTopicCases::deleteRecords);
        cases.add("admin: every config of a topic, its value and its source", AdminTopicCases::allConfigs);
        cases.add("admin: incrementalAlterConfigs sets, appends, subtracts and deletes", AdminTopicCases::alterConfigs);
        cases.add("admin: every config of a topic takes the values that Kafka lets it take", AdminTopicCases::limits);
        cases.add("admin: configs that cannot be are refused in their own words", AdminTopicCases::configsRefused);
        cases.add("admin: listOffsets by every kind of question", AdminTopicCases::listOffsets);
        cases.add("admin: log directories hold the replicas", AdminTopicCases::logDirs);
        cases.add("admin: replicas are reassigned and leaders elected", AdminTopicCases::reassign);
    }

    private static Object create(Lab lab) throws Exception {
        NewTopic topic = new NewTopic(lab.name("t"), Optional.of(2), Optional.of(lab.replication())).configs(Map.of("retention.ms", "1234"));
        List<Object> seen = new ArrayList<>();
        for (boolean only : List.of(true, false)) {
            CreateTopicsResult result = lab.admin.createTopics(List.of(topic), new CreateTopicsOptions().validateOnly(only));
            seen.add("partitions " + result.numPartitions(topic.name()).get() + " replicas " + result.replicationFactor(topic.name()).get() + " id "
                + !result.topicId(topic.name()).get().equals(Uuid.ZERO_UUID) + " retention " + text(result.config(topic.name()).get().get("retention.ms")));
            if (only) seen.add("there: " + lab.admin.listTopics().names().get().contains(topic.name()));
            else lab.untilKnown(topic.name(), 2);
        }
        NewTopic defaults = new NewTopic(lab.name("defaults"), Optional.empty(), Optional.empty());
        CreateTopicsResult result = lab.admin.createTopics(List.of(defaults));
        seen.add("defaults " + result.numPartitions(defaults.name()).get() + " of " + result.replicationFactor(defaults.name()).get());
        return seen;
    }

    private static Object createRefused(Lab lab) throws Exception {
        String there = lab.topic("t", 1);
        Map<String, NewTopic> wrong = new TreeMap<>(Map.of(
            "exists", new NewTopic(there, 1, (short) 1),
            "no partitions", new NewTopic(lab.name("a"), 0, (short) 1),
            "nine replicas", new NewTopic(lab.name("b"), 1, (short) 9),
            "no replicas", new NewTopic(lab.name("c"), 1, (short) 0),
            "bad name", new NewTopic("a b", 1, (short) 1),
            "empty name", new NewTopic("", 1, (short) 1),
            "bad config", new NewTopic(lab.name("d"), 1, (short) 1).configs(Map.of("retention.ms", "soon")),
            "unknown config", new NewTopic(lab.name("e"), 1, (short) 1).configs(Map.of("no.such.config", "1")),
            "unknown replica", new NewTopic(lab.name("f"), Map.of(0, List.of(99))),
            "holes", new NewTopic(lab.name("g"), Map.of(1, List.of(1)))));
        List<String> seen = new ArrayList<>();
        wrong.forEach((what, topic) -> seen.add(what + ": " + Lab.outcome(() -> lab.admin.createTopics(List.of(topic)).all().get())));
        seen.add("twice: " + Lab.outcome(() -> lab.admin.createTopics(List.of(new NewTopic(lab.name("x"), 1, (short) 1), new NewTopic(lab.name("x"), 2, (short) 1))).all().get()));
        seen.add("dots: " + Lab.outcome(() -> lab.admin.createTopics(List.of(new NewTopic(lab.name("a.b"), 1, (short) 1))).all().get()));
        seen.add("collides: " + Lab.outcome(() -> lab.admin.createTopics(List.of(new NewTopic(lab.name("a_b"), 1, (short) 1))).all().get()));
        return String.join("\n", seen);
    }

    private static String text(TopicDescription topic) {
        return topic.name() + " internal " + topic.isInternal() + " allowed " + topic.authorizedOperations() + " partitions " + topic.partitions().stream()
            .map(one -> one.partition() + " leader " + (one.leader() != null) + " replicas " + one.replicas().size() + " isr " + one.isr().size() + " elr " + one.elr() + " last " + one.lastKnownElr()).toList();
    }

    private static Object describe(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        TopicDescription byName = lab.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        List<Object> seen = new ArrayList<>(List.of(text(byName)));
        seen.add(text(lab.admin.describeTopics(TopicCollection.ofTopicIds(List.of(byName.topicId()))).allTopicIds().get().get(byName.topicId())).equals(text(byName)));
        var allowed = lab.admin.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames().get().get(topic).authorizedOperations();
        seen.add(Lab.sorted(allowed));
        seen.add(Lab.outcome(() -> lab.admin.describeTopics(List.of("no-such-topic")).allTopicNames().get()));
        seen.add(Lab.outcome(() -> lab.admin.describeTopics(TopicCollection.ofTopicIds(List.of(Uuid.fromString("AAAAAAAAAAAAAAAAAAAAAg")))).allTopicIds().get()));
        seen.add(lab.admin.listTopics().listings().get().stream().filter(one -> one.name().equals(topic)).map(one -> one.isInternal() + " " + one.topicId().equals(byName.topicId())).toList());
        return seen;
    }

    private static Object partitions(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        List<String> seen = new ArrayList<>();
        for (int count : new int[] {3, 3, 1}) seen.add(count + ": " + Lab.outcome(() -> lab.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(count))).all().get()));
        seen.add("unknown: " + Lab.outcome(() -> lab.admin.createPartitions(Map.of("no-such-topic", NewPartitions.increaseTo(3))).all().get()));
        seen.add("placed: " + Lab.outcome(() -> lab.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4, List.of(List.of(99))))).all().get()));
        seen.add("too many places: " + Lab.outcome(() -> lab.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4, List.of(List.of(1), List.of(1))))).all().get()));
        lab.untilKnown(topic, 3);
        return String.join("\n", seen);
    }

    private static Object delete(Lab lab) throws Exception {
        String one = lab.topic("one", 1);
        String two = lab.topic("two", 1);
        Uuid id = lab.admin.describeTopics(List.of(two)).allTopicNames().get().get(two).topicId();
        List<String> seen = new ArrayList<>();
        seen.add(Lab.outcome(() -> lab.admin.deleteTopics(List.of(one)).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.deleteTopics(List.of(one)).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get()));
        Lab.eventually("both are gone", () -> Lab.outcome(() -> {
            if (lab.admin.listTopics().names().get().stream().anyMatch(Set.of(one, two)::contains)) throw new IllegalStateException();
            return null;
        }).equals("ok"));
        lab.send(lab.topic("one", 1), "a new topic of the name");
        return String.join("\n", seen) + lab.values(one, "read_uncommitted");
    }

    private static Object deleteRecords(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        lab.send(topic, "a", "b", "c", "d");
        List<String> seen = new ArrayList<>();
        for (long before : new long[] {2, 1, 99, -1}) {
            seen.add(before + ": " + Lab.outcome(() -> lab.admin.deleteRecords(Map.of(Lab.at(topic, 0), RecordsToDelete.beforeOffset(before))).all().get()));
            seen.add("start " + lab.admin.listOffsets(Map.of(Lab.at(topic, 0), OffsetSpec.earliest())).all().get().get(Lab.at(topic, 0)).offset());
        }
        String compacted = lab.topic("compacted", 1, "cleanup.policy", "compact");
        seen.add("compacted: " + Lab.outcome(() -> lab.admin.deleteRecords(Map.of(Lab.at(compacted, 0), RecordsToDelete.beforeOffset(0))).all().get()));
        return seen;
    }

    private static String text(ConfigEntry entry) {
        return entry.name() + "=" + entry.value() + " " + entry.source() + " " + entry.type() + (entry.isSensitive() ? " sensitive" : "") + (entry.isReadOnly() ? " read-only" : "");
    }

    private static ConfigResource of(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static Object allConfigs(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "retention.ms", "1000", "cleanup.policy", "compact,delete");
        DescribeConfigsOptions wide = new DescribeConfigsOptions().includeSynonyms(true);
        Collection<ConfigEntry> entries = lab.admin.describeConfigs(List.of(of(topic)), wide).all().get().get(of(topic)).entries();
        // Where min.insync.replicas comes from depends on how the cluster was set up: a cluster with eligible leader replicas fixes it for all brokers.
        return String.join("\n", entries.stream().filter(entry -> !entry.name().equals("min.insync.replicas")).map(AdminTopicCases::text).sorted().toList());
    }

    private static String alter(Lab lab, String topic, String name, String value, AlterConfigOp.OpType type) {
        return Lab.outcome(() -> lab.admin.incrementalAlterConfigs(Map.of(of(topic), List.of(new AlterConfigOp(new ConfigEntry(name, value), type)))).all().get());
    }

    private static Object alterConfigs(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        List<String> seen = new ArrayList<>();
        for (String[] step : new String[][] {{"SET", "retention.ms", "5000"}, {"APPEND", "cleanup.policy", "compact"}, {"SUBTRACT", "cleanup.policy", "delete"}, {"DELETE", "retention.ms", ""}}) {
            seen.add(step[0] + " " + alter(lab, topic, step[1], step[2], AlterConfigOp.OpType.valueOf(step[0])));
            Lab.pause(200); // A real node hears of it a moment later.
            seen.add(text(lab.admin.describeConfigs(List.of(of(topic))).all().get().get(of(topic)).get(step[1])));
        }
        return seen;
    }

    private static Object limits(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        var only = new org.apache.kafka.clients.admin.AlterConfigsOptions().validateOnly(true);
        List<String> seen = new ArrayList<>();
        for (ConfigEntry entry : lab.admin.describeConfigs(List.of(of(topic))).all().get().get(of(topic)).entries()) {
            StringBuilder line = new StringBuilder();
            for (String value : List.of("-131073", "-3", "-2", "-1", "0", "0.5", "1", "4", "10", "18", "23", "1048575", "1048576", "9999999999", "true", "x", "")) {
                ConfigEntry changed = new ConfigEntry(entry.name(), value);
                String ending = Lab.outcome(() -> lab.admin.incrementalAlterConfigs(Map.of(of(topic), List.of(new AlterConfigOp(changed, AlterConfigOp.OpType.SET))), only).all().get());
                if (ending.equals("ok")) line.append(" '").append(value).append("'");
                else if (!ending.equals("InvalidConfigurationException")) line.append(" '").append(value).append("': ").append(ending);
            }
            seen.add(entry.name() + line);
        }
        return String.join("\n", seen.stream().sorted().toList());
    }

    private static Object configsRefused(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        List<String> seen = new ArrayList<>();
        seen.add(alter(lab, topic, "retention.ms", "soon", AlterConfigOp.OpType.SET));
        seen.add(alter(lab, topic, "no.such.config", "1", AlterConfigOp.OpType.SET));
        seen.add(alter(lab, topic, "cleanup.policy", "keep", AlterConfigOp.OpType.SET));
        seen.add(alter(lab, topic, "min.insync.replicas", "0", AlterConfigOp.OpType.SET));
        seen.add(alter(lab, topic, "retention.ms", "1", AlterConfigOp.OpType.APPEND));
        seen.add(alter(lab, "no-such-topic", "retention.ms", "1", AlterConfigOp.OpType.SET));
        seen.add(Lab.outcome(() -> lab.admin.describeConfigs(List.of(of("no-such-topic"))).all().get()));
        return String.join("\n", seen);
    }

    private static Object listOffsets(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        try (KafkaProducer<String, String> producer = lab.producer()) {
            for (long time : new long[] {100, 400, 300, 200}) producer.send(new ProducerRecord<>(topic, 0, time, null, "v")).get();
        }
        Map<String, OffsetSpec> questions = new TreeMap<>(Map.of("earliest", OffsetSpec.earliest(), "latest", OffsetSpec.latest(), "max timestamp", OffsetSpec.maxTimestamp(),
            "at 150", OffsetSpec.forTimestamp(150), "at 999", OffsetSpec.forTimestamp(999), "earliest local", OffsetSpec.earliestLocal(), "latest tiered", OffsetSpec.latestTiered()));
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, OffsetSpec> question : questions.entrySet()) {
            for (int partition : new int[] {0, 1}) {
                seen.add(question.getKey() + " of " + partition + ": " + Lab.outcome(() -> {
                    var found = lab.admin.listOffsets(Map.of(Lab.at(topic, partition), question.getValue())).all().get().get(Lab.at(topic, partition));
                    seen.add(found.offset() + " time " + found.timestamp() + " epoch " + found.leaderEpoch());
                    return null;
                }));
            }
        }
        seen.add("unknown " + Lab.outcome(() -> lab.admin.listOffsets(Map.of(Lab.at(topic, 9), OffsetSpec.latest()), new org.apache.kafka.clients.admin.ListOffsetsOptions().timeoutMs(1000)).all().get()));
        return seen;
    }

    private static Object logDirs(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        lab.send(topic, "v");
        List<Integer> ids = lab.admin.describeCluster().nodes().get().stream().map(node -> node.id()).sorted().toList();
        int leader = lab.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().get(0).leader().id();
        long size = lab.admin.describeLogDirs(ids).allDescriptions().get().get(leader).values().iterator().next().replicaInfos().get(Lab.at(topic, 0)).size();
        TopicPartitionReplica replica = new TopicPartitionReplica(topic, 0, leader);
        var info = lab.admin.describeReplicaLogDirs(List.of(replica)).all().get().get(replica);
        return ids.size() + " nodes, size " + size + ", lag " + info.getCurrentReplicaOffsetLag() + ", future " + info.getFutureReplicaLogDir() + ", moved away: "
            + Lab.outcome(() -> lab.admin.alterReplicaLogDirs(Map.of(replica, "/no/such/folder")).all().get());
    }

    private static Object reassign(Lab lab) throws Exception {
        NewTopic placed = new NewTopic(lab.name("t"), Map.of(0, List.of(1)));
        lab.admin.createTopics(List.of(placed)).all().get();
        lab.untilKnown(placed.name(), 1);
        var partition = Lab.at(placed.name(), 0);
        List<Integer> wanted = lab.nodes == 1 ? List.of(1) : List.of(2, 3);
        List<String> seen = new ArrayList<>();
        seen.add(Lab.outcome(() -> lab.admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(wanted)))).all().get()));
        Lab.eventually("it is done", () -> Lab.outcome(() -> {
            var now = lab.admin.describeTopics(List.of(placed.name())).allTopicNames().get().get(placed.name()).partitions().get(0);
            if (!now.replicas().stream().map(node -> node.id()).toList().equals(wanted) || now.isr().size() != wanted.size()) throw new IllegalStateException();
            return null;
        }).equals("ok"));
        seen.add("going on " + lab.admin.listPartitionReassignments(Set.of(partition)).reassignments().get());
        seen.add(Lab.outcome(() -> lab.admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(99))))).all().get()));
        seen.add("nothing to cancel: " + Lab.outcome(() -> lab.admin.alterPartitionReassignments(Map.of(partition, Optional.empty())).all().get()));
        seen.add("leader " + wanted.get(0) + " preferred: " + Lab.outcome(() -> lab.admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).all().get()));
        seen.add("unclean: " + Lab.outcome(() -> lab.admin.electLeaders(ElectionType.UNCLEAN, Set.of(partition)).all().get()));
        seen.add("unknown: " + Lab.outcome(() -> lab.admin.electLeaders(ElectionType.PREFERRED, Set.of(Lab.at("no-such-topic", 0))).all().get()));
        return String.join("\n", seen);
    }
}
