import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.SubscriptionPattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** Groups whose partitions the broker assigns (KIP-848). */
final class ConsumerProtocolCases {
    static void addTo(Cases cases) {
        cases.add("consumer group: a member reads, commits, and the next one goes on from there", ConsumerProtocolCases::readAndCommit);
        cases.add("consumer group, uniform: two members share, one leaves", lab -> shareAndLeave(lab, "uniform"));
        cases.add("consumer group, range: two members share, one leaves", lab -> shareAndLeave(lab, "range"));
        cases.add("consumer group: an assignor the broker does not have is refused", ConsumerProtocolCases::unknownAssignor);
        cases.add("consumer group: a static member comes back to its partitions", ConsumerProtocolCases::staticMember);
        cases.add("consumer group: an instance id in use is refused", ConsumerProtocolCases::staticInUse);
        cases.add("consumer group: the broker resolves a pattern, of topics made later as well", ConsumerProtocolCases::pattern);
        cases.add("consumer group: a broken pattern is refused", ConsumerProtocolCases::brokenPattern);
        cases.add("consumer group: the listener hears of partitions in order, and of the last ones on closing", ConsumerProtocolCases::listener);
        cases.add("consumer group: offsets with metadata are read back", ConsumerProtocolCases::offsets);
        cases.add("consumer group: offsets sent with a transaction count when it commits", lab -> TransactionCases.offsets(lab, settings(lab, "a", "max.poll.records", 2)));
        cases.add("consumer group: offsets of another epoch or member are refused, those of nobody are not", ConsumerProtocolCases::staleMember);
        cases.add("consumer group: it is described with its members", ConsumerProtocolCases::described);
        cases.add("consumer group: a classic member joins and leaves again", ConsumerProtocolCases::migration);
    }

    private static Object[] settings(Lab lab, String client, Object... more) {
        List<Object> all = new ArrayList<>(List.of("group.id", lab.name("g"), "client.id", client, "group.protocol", "consumer", "metadata.max.age.ms", 500));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static void sendEverywhere(Lab lab, String topic, int partitions, int count) throws Exception {
        try (KafkaProducer<String, String> producer = lab.producer()) {
            for (int index = 0; index < count; index++) producer.send(new ProducerRecord<>(topic, index % partitions, null, "v" + index)).get();
        }
    }

    private static Set<String> read(KafkaConsumer<String, String> consumer, int count) {
        return new TreeSet<>(Lab.poll(consumer, count).stream().map(record -> record.partition() + "@" + record.offset() + " " + record.value()).toList());
    }

    private static Object readAndCommit(Lab lab) throws Exception {
        String topic = lab.topic("t", 3);
        sendEverywhere(lab, topic, 3, 6);
        List<Object> seen = new ArrayList<>();
        for (int turn = 0; turn < 2; turn++) {
            try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
                consumer.subscribe(List.of(topic));
                seen.add(read(consumer, turn == 0 ? 6 : 3));
                consumer.commitSync();
            }
            sendEverywhere(lab, topic, 3, 3);
        }
        return seen;
    }

    private static Object shareAndLeave(Lab lab, String assignor) throws Exception {
        String topic = lab.topic("t", 4);
        Object[] remote = {"group.remote.assignor", assignor};
        try (GroupCases.Member a = new GroupCases.Member(lab, topic, settings(lab, "a", remote)).until(0, 1, 2, 3)) {
            GroupCases.Member b = new GroupCases.Member(lab, topic, settings(lab, "b", remote));
            Lab.eventually("a half each", () -> a.assigned.size() == 2 && b.assigned.size() == 2);
            Set<Integer> together = new TreeSet<>(a.assigned);
            together.addAll(b.assigned);
            String used = lab.admin.describeConsumerGroups(List.of(lab.name("g"))).all().get().get(lab.name("g")).partitionAssignor();
            b.close();
            a.until(0, 1, 2, 3);
            return "together " + together + " by " + used + ", then " + a.assigned;
        }
    }

    private static Object unknownAssignor(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        try (GroupCases.Member a = new GroupCases.Member(lab, topic, settings(lab, "a", "group.remote.assignor", "no-such-assignor"))) {
            return a.ended.get(20, TimeUnit.SECONDS).getClass().getSimpleName();
        }
    }

    private static Object staticMember(Lab lab) throws Exception {
        String topic = lab.topic("t", 4);
        Object[] first = settings(lab, "a", "group.instance.id", "instance-a");
        try (GroupCases.Member b = new GroupCases.Member(lab, topic, settings(lab, "b", "group.instance.id", "instance-b")).until(0, 1, 2, 3)) {
            GroupCases.Member a = new GroupCases.Member(lab, topic, first);
            Lab.eventually("a half each", () -> a.assigned.size() == 2 && b.assigned.size() == 2);
            List<Integer> before = a.assigned;
            int epoch = b.metadata.generationId();
            a.close();
            try (GroupCases.Member again = new GroupCases.Member(lab, topic, first)) {
                Lab.eventually("its partitions again", () -> again.assigned.equals(before));
                return "again as before; b has " + b.assigned.size() + "; epochs " + (b.metadata.generationId() - epoch) + "; instance " + again.metadata.groupInstanceId();
            }
        }
    }

    private static Object staticInUse(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        Object[] instance = settings(lab, "a", "group.instance.id", "instance");
        try (GroupCases.Member a = new GroupCases.Member(lab, topic, instance).until(0, 1); GroupCases.Member b = new GroupCases.Member(lab, topic, instance)) {
            return "the second: " + b.ended.get(20, TimeUnit.SECONDS).getClass().getSimpleName() + "; the first keeps " + a.assigned;
        }
    }

    private static Object pattern(Lab lab) throws Exception {
        String first = lab.topic("some-1", 1);
        lab.topic("other", 1);
        lab.send(first, "of the first");
        try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
            consumer.subscribe(new SubscriptionPattern(lab.name("some-") + "[0-9]+"));
            List<String> seen = new ArrayList<>();
            Lab.poll(consumer, 1).forEach(record -> seen.add(record.value()));
            consumer.commitSync();
            String second = lab.topic("some-2", 1);
            lab.send(second, "of the second");
            Lab.poll(consumer, 1).forEach(record -> seen.add(record.value()));
            return seen + ", " + consumer.assignment().size() + " partitions";
        }
    }

    private static Object brokenPattern(Lab lab) throws Exception {
        try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
            consumer.subscribe(new SubscriptionPattern("some-("));
            String[] ending = {"ok"};
            Lab.eventually("the refusal", () -> {
                ending[0] = Lab.outcome(() -> consumer.poll(Duration.ofMillis(100)));
                return !ending[0].equals("ok");
            });
            return ending[0];
        }
    }

    private static Object listener(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        List<String> told = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
            subscribed(consumer, topic, told, "first ");
            told.add("unsubscribed");
            consumer.unsubscribe();
            subscribed(consumer, topic, told, "again ");
        }
        return told;
    }

    /** Polls until both partitions are there. How long it has none before, and is told so, differs from run to run. */
    private static void subscribed(KafkaConsumer<String, String> consumer, String topic, List<String> told, String turn) {
        consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                if (!partitions.isEmpty()) told.add(turn + "+" + Lab.numbers(partitions) + " of " + Lab.numbers(consumer.assignment()));
            }

            public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                told.add(turn + "-" + Lab.numbers(partitions) + " of " + Lab.numbers(consumer.assignment()));
            }
        });
        Lab.eventually("both partitions", () -> {
            consumer.poll(Duration.ofMillis(50));
            return consumer.assignment().size() == 2;
        });
    }

    private static Object offsets(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        sendEverywhere(lab, topic, 2, 4);
        TopicPartition zero = Lab.at(topic, 0);
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
            consumer.subscribe(List.of(topic));
            read(consumer, 4);
            consumer.commitSync(Map.of(zero, new OffsetAndMetadata(1, java.util.Optional.of(0), "with words")));
            seen.add(consumer.committed(Set.of(zero)).get(zero));
            seen.add(consumer.committed(Set.of(Lab.at(topic, 1))).get(Lab.at(topic, 1)));
            consumer.commitSync();
            seen.add(consumer.committed(Set.of(zero)).get(zero));
        }
        seen.add(lab.admin.listConsumerGroupOffsets(lab.name("g")).partitionsToOffsetAndMetadata().get().get(zero));
        return seen;
    }

    private static Object staleMember(Lab lab) throws Exception {
        String input = lab.topic("in", 1);
        lab.send(input, "a");
        List<String> endings = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer(settings(lab, "a"))) {
            consumer.subscribe(List.of(input));
            Lab.poll(consumer, 1);
            ConsumerGroupMetadata now = consumer.groupMetadata();
            List<ConsumerGroupMetadata> wrong = List.of(
                new ConsumerGroupMetadata(now.groupId(), now.generationId() + 1, now.memberId(), now.groupInstanceId()),
                new ConsumerGroupMetadata(now.groupId(), now.generationId(), "nobody", now.groupInstanceId()),
                new ConsumerGroupMetadata(now.groupId()));
            for (ConsumerGroupMetadata metadata : wrong) {
                KafkaProducer<String, String> producer = TransactionCases.begun(lab, lab.name("id"));
                endings.add(Lab.outcome(() -> {
                    producer.sendOffsetsToTransaction(Map.of(Lab.at(input, 0), new OffsetAndMetadata(1)), metadata);
                    producer.commitTransaction();
                    return null;
                }));
            }
        }
        return endings;
    }

    private static Object described(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        try (GroupCases.Member a = new GroupCases.Member(lab, topic, settings(lab, "a", "client.rack", "r1")).until(0, 1)) {
            var group = lab.admin.describeConsumerGroups(List.of(lab.name("g"))).all().get().get(lab.name("g"));
            var member = group.members().iterator().next();
            // How often the group's epoch rose depends on when the coordinator learnt of the topic.
            boolean settled = group.groupEpoch().equals(group.targetAssignmentEpoch()) && group.groupEpoch().equals(member.memberEpoch());
            return group.type() + " " + group.groupState() + " by " + group.partitionAssignor() + ", " + (settled ? "all of one epoch" : "of several epochs")
                + ": " + group.members().size() + " member, " + member.clientId() + " has " + Lab.numbers(member.assignment().topicPartitions())
                + " of " + member.targetAssignment().map(target -> Lab.numbers(target.topicPartitions())) + " upgraded " + member.upgraded();
        }
    }

    private static Object migration(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        Object[] classic = {"group.id", lab.name("g"), "client.id", "classic", "metadata.max.age.ms", 500, "heartbeat.interval.ms", 200};
        try (GroupCases.Member modern = new GroupCases.Member(lab, topic, settings(lab, "modern")).until(0, 1)) {
            GroupCases.Member old = new GroupCases.Member(lab, topic, classic);
            Lab.eventually("one each", () -> modern.assigned.size() == 1 && old.assigned.size() == 1);
            String type = String.valueOf(lab.admin.describeConsumerGroups(List.of(lab.name("g"))).all().get().get(lab.name("g")).type());
            old.close();
            modern.until(0, 1);
            return "one each in a group of type " + type + ", then " + modern.assigned;
        }
    }
}
