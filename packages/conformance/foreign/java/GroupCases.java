import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.MemberToRemove;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

final class GroupCases {
    private static final String assignors = "org.apache.kafka.clients.consumer.";

    static void addTo(Cases cases) {
        cases.add("classic group, range: two members share, one leaves", lab -> shareAndLeave(lab, "RangeAssignor"));
        cases.add("classic group, round robin: two members share, one leaves", lab -> shareAndLeave(lab, "RoundRobinAssignor"));
        cases.add("classic group, sticky: two members share, one leaves", lab -> shareAndLeave(lab, "StickyAssignor"));
        cases.add("classic group, cooperative: only what moves is revoked", lab -> shareAndLeave(lab, "CooperativeStickyAssignor"));
        cases.add("classic group: members with nothing in common are refused", GroupCases::inconsistent);
        cases.add("classic group: a static member comes back without a rebalance", GroupCases::staticMember);
        cases.add("classic group: a second owner of an instance id fences the first", GroupCases::staticFenced);
        cases.add("classic group: a member that does not poll loses its partitions", GroupCases::slowMember);
        cases.add("classic group: removed members come back with a new id", GroupCases::removed);
        cases.add("classic group: a commit from outside is refused while members are there", GroupCases::outsider);
        cases.add("classic group: more members than partitions, and new partitions", GroupCases::growth);
    }

    /** A consumer in a thread of its own, as applications run one, with what its listener was told. */
    static final class Member implements AutoCloseable {
        final KafkaConsumer<String, String> consumer;
        final ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        final CompletableFuture<Throwable> ended = new CompletableFuture<>();
        volatile List<Integer> assigned = List.of();
        volatile ConsumerGroupMetadata metadata;
        private final AtomicBoolean running = new AtomicBoolean(true);
        private final Thread thread;

        Member(Lab lab, String topic, Object... settings) {
            consumer = lab.consumer(settings);
            consumer.subscribe(List.of(topic), new ConsumerRebalanceListener() {
                public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
                    told.add("+" + Lab.numbers(partitions));
                }

                public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
                    told.add("-" + Lab.numbers(partitions));
                }

                public void onPartitionsLost(Collection<TopicPartition> partitions) {
                    told.add("lost " + Lab.numbers(partitions));
                }
            });
            thread = new Thread(this::loop);
            thread.start();
        }

        private void loop() {
            try {
                while (running.get()) {
                    consumer.poll(Duration.ofMillis(50));
                    metadata = consumer.groupMetadata();
                    assigned = Lab.numbers(consumer.assignment());
                }
                consumer.close();
                ended.complete(null);
            } catch (Throwable thrown) {
                ended.complete(thrown);
            }
        }

        /** What it was told of that changed something: whether it also heard of an empty step between two depends on who was faster. */
        List<String> changes() {
            return told.stream().filter(line -> !line.equals("+[]")).toList();
        }

        Member until(Integer... partitions) {
            List<Integer> wanted = List.of(partitions);
            Lab.eventually("the assignment " + wanted + "; it is " + assigned + ", told " + told, () -> assigned.equals(wanted));
            return this;
        }

        @Override
        public void close() throws Exception {
            running.set(false);
            thread.join(10_000);
        }
    }

    private static Object[] settings(Lab lab, String client, Object... more) {
        List<Object> all = new ArrayList<>(List.of("group.id", lab.name("g"), "client.id", client, "session.timeout.ms", 6000,
            "heartbeat.interval.ms", 200, "metadata.max.age.ms", 500));
        all.addAll(List.of(more));
        return all.toArray();
    }

    private static Object shareAndLeave(Lab lab, String assignor) throws Exception {
        String topic = lab.topic("t", 4);
        Object[] strategy = {"partition.assignment.strategy", assignors + assignor};
        try (Member a = new Member(lab, topic, settings(lab, "a", strategy)).until(0, 1, 2, 3)) {
            Member b = new Member(lab, topic, settings(lab, "b", strategy));
            Lab.eventually("a half each", () -> a.assigned.size() == 2 && b.assigned.size() == 2);
            String shared = a.assigned + " and " + b.assigned;
            b.close();
            a.until(0, 1, 2, 3);
            return shared + "; a was told " + a.changes() + "; b was told " + b.changes();
        }
    }

    private static Object inconsistent(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        try (Member a = new Member(lab, topic, settings(lab, "a", "partition.assignment.strategy", assignors + "RangeAssignor")).until(0, 1);
             Member b = new Member(lab, topic, settings(lab, "b", "partition.assignment.strategy", assignors + "StickyAssignor"))) {
            Throwable ended = b.ended.get(20, java.util.concurrent.TimeUnit.SECONDS);
            return ended.getClass().getSimpleName() + "; a keeps " + a.assigned;
        }
    }

    private static Object staticMember(Lab lab) throws Exception {
        String topic = lab.topic("t", 4);
        Object[] first = settings(lab, "a", "group.instance.id", "instance-a");
        Object[] second = settings(lab, "b", "group.instance.id", "instance-b");
        try (Member b = new Member(lab, topic, second).until(0, 1, 2, 3)) {
            Member a = new Member(lab, topic, first);
            Lab.eventually("a half each", () -> a.assigned.size() == 2 && b.assigned.size() == 2);
            int generation = b.metadata.generationId();
            List<Integer> before = a.assigned;
            a.close();
            int alone = b.assigned.size();
            try (Member again = new Member(lab, topic, first)) {
                Lab.eventually("its partitions again", () -> again.assigned.equals(before));
                return before + " again; b kept " + alone + " meanwhile; generations " + (b.metadata.generationId() - generation)
                    + "; instance " + again.metadata.groupInstanceId();
            }
        }
    }

    private static Object staticFenced(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        Object[] instance = settings(lab, "a", "group.instance.id", "instance");
        try (Member a = new Member(lab, topic, instance).until(0, 1); Member b = new Member(lab, topic, instance).until(0, 1)) {
            return "the first: " + a.ended.get(20, java.util.concurrent.TimeUnit.SECONDS).getClass().getSimpleName() + "; the second " + b.assigned;
        }
    }

    private static Object slowMember(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        lab.send(topic, "v");
        try (KafkaConsumer<String, String> slow = lab.consumer(settings(lab, "slow", "max.poll.interval.ms", 800))) {
            slow.subscribe(List.of(topic));
            Lab.poll(slow, 1);
            try (Member other = new Member(lab, topic, settings(lab, "other", "max.poll.interval.ms", 800)).until(0, 1)) {
                String commit = Lab.outcome(() -> {
                    slow.commitSync();
                    return null;
                });
                return commit + "; the other has " + other.assigned;
            }
        }
    }

    private static Object removed(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        try (Member a = new Member(lab, topic, settings(lab, "a")).until(0, 1)) {
            String id = a.metadata.memberId();
            RemoveMembersFromConsumerGroupOptions all = new RemoveMembersFromConsumerGroupOptions();
            all.reason("a test");
            lab.admin.removeMembersFromConsumerGroup(lab.name("g"), all).all().get();
            Lab.eventually("another member id", () -> !a.metadata.memberId().equals(id) && !a.metadata.memberId().isEmpty());
            a.until(0, 1);
            String nobody = Lab.outcome(() -> lab.admin.removeMembersFromConsumerGroup(lab.name("g"),
                new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("no-such-instance")))).all().get());
            return a.told + "; nobody: " + nobody;
        }
    }

    private static Object outsider(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        var commit = java.util.Map.of(Lab.at(topic, 0), new org.apache.kafka.clients.consumer.OffsetAndMetadata(0));
        try (Member a = new Member(lab, topic, settings(lab, "a")).until(0);
             KafkaConsumer<String, String> outside = lab.consumer("group.id", lab.name("g"))) {
            outside.assign(List.of(Lab.at(topic, 0)));
            String meanwhile = Lab.outcome(() -> {
                outside.commitSync(commit);
                return null;
            });
            a.close();
            String after = Lab.outcome(() -> {
                outside.commitSync(commit);
                return null;
            });
            return meanwhile + ", and afterwards " + after;
        }
    }

    private static Object growth(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        try (Member a = new Member(lab, topic, settings(lab, "a")).until(0); Member b = new Member(lab, topic, settings(lab, "b"))) {
            Lab.eventually("b has joined with nothing", () -> b.told.contains("+[]") && a.assigned.size() == 1);
            String before = a.assigned + " and " + b.assigned;
            lab.admin.createPartitions(java.util.Map.of(topic, org.apache.kafka.clients.admin.NewPartitions.increaseTo(2))).all().get();
            Lab.eventually("one each", () -> a.assigned.size() == 1 && b.assigned.size() == 1);
            return before + ", then " + a.assigned + " and " + b.assigned;
        }
    }
}
