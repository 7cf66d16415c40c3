import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Groups whose members share the records of a partition (KIP-932). */
final class ShareCases {
    static void addTo(Cases cases) {
        cases.add("share group: records of a poll are accepted by the next one", ShareCases::implicit);
        cases.add("share group: accepted, released and rejected records, and how often each came", ShareCases::explicit);
        cases.add("share group: a record released five times comes no more", ShareCases::poison);
        cases.add("share group: what a member leaves behind goes to another", ShareCases::leftBehind);
        cases.add("share group: two members read one partition, each record once", ShareCases::together);
        cases.add("share group: acknowledging by a wrong mode or twice is refused", ShareCases::misuse);
    }

    private static KafkaShareConsumer<String, String> member(Lab lab, String topic, String mode) {
        Map<String, Object> settings = lab.config("group.id", lab.name("s"), "share.acknowledgement.mode", mode, "fetch.max.wait.ms", 100);
        KafkaShareConsumer<String, String> consumer = new KafkaShareConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
        consumer.subscribe(List.of(topic));
        return consumer;
    }

    /** A topic of one partition that the case's group reads from its start. */
    private static String topic(Lab lab, String... values) throws Exception {
        String topic = lab.topic("t", 1);
        ConfigResource group = new ConfigResource(ConfigResource.Type.GROUP, lab.name("s"));
        AlterConfigOp earliest = new AlterConfigOp(new ConfigEntry("share.auto.offset.reset", "earliest"), AlterConfigOp.OpType.SET);
        lab.admin.incrementalAlterConfigs(Map.of(group, List.of(earliest))).all().get();
        lab.send(topic, values);
        return topic;
    }

    /** Polls until so many have come, and does with each what `then` says. */
    private static List<ConsumerRecord<String, String>> poll(KafkaShareConsumer<String, String> consumer, int count, java.util.function.Consumer<ConsumerRecord<String, String>> then) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        Lab.eventually(count + " records, of which came so far " + found, () -> {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                found.add(record);
                then.accept(record);
            }
            return found.size() >= count;
        });
        return found;
    }

    private static String text(ConsumerRecord<String, String> record) {
        return record.value() + " x" + record.deliveryCount().map(String::valueOf).orElse("?");
    }

    private static int rest(KafkaShareConsumer<String, String> consumer) {
        int count = 0;
        for (int turn = 0; turn < 5; turn++) count += consumer.poll(Duration.ofMillis(100)).count();
        return count;
    }

    private static String results(Map<?, ? extends java.util.Optional<?>> results) {
        return results.values().stream().map(one -> one.isEmpty() ? "ok" : one.get().getClass().getSimpleName()).toList().toString();
    }

    private static Object implicit(Lab lab) throws Exception {
        String topic = topic(lab, "a", "b", "c");
        try (KafkaShareConsumer<String, String> consumer = member(lab, topic, "implicit")) {
            List<String> first = poll(consumer, 3, record -> { }).stream().map(ShareCases::text).toList();
            int again = rest(consumer);
            lab.send(topic, "d");
            List<String> next = poll(consumer, 1, record -> { }).stream().map(ShareCases::text).toList();
            return first + ", again " + again + ", then " + next + " " + results(consumer.commitSync());
        }
    }

    private static Object explicit(Lab lab) throws Exception {
        String topic = topic(lab, "accept", "release", "reject", "accept too");
        List<Object> seen = new ArrayList<>();
        try (KafkaShareConsumer<String, String> consumer = member(lab, topic, "explicit")) {
            seen.add(poll(consumer, 4, record -> consumer.acknowledge(record, record.value().startsWith("accept") ? AcknowledgeType.ACCEPT
                : record.value().equals("release") ? AcknowledgeType.RELEASE : AcknowledgeType.REJECT)).stream().map(ShareCases::text).toList());
            seen.add(results(consumer.commitSync()));
            seen.add(poll(consumer, 1, consumer::acknowledge).stream().map(ShareCases::text).toList());
            seen.add(results(consumer.commitSync()));
            seen.add(rest(consumer));
        }
        return seen;
    }

    private static Object poison(Lab lab) throws Exception {
        String topic = topic(lab, "poison");
        try (KafkaShareConsumer<String, String> consumer = member(lab, topic, "explicit")) {
            List<String> seen = poll(consumer, 5, record -> consumer.acknowledge(record, AcknowledgeType.RELEASE)).stream().map(ShareCases::text).toList();
            consumer.commitSync();
            int more = rest(consumer);
            lab.send(topic, "healthy");
            return seen + ", more " + more + ", then " + poll(consumer, 1, consumer::acknowledge).stream().map(ShareCases::text).toList();
        }
    }

    private static Object leftBehind(Lab lab) throws Exception {
        String topic = topic(lab, "a", "b");
        List<String> first;
        try (KafkaShareConsumer<String, String> one = member(lab, topic, "explicit")) {
            List<ConsumerRecord<String, String>> records = poll(one, 2, record -> { });
            one.acknowledge(records.get(0));
            first = records.stream().map(ShareCases::text).toList();
        }
        try (KafkaShareConsumer<String, String> other = member(lab, topic, "explicit")) {
            return first + ", then " + poll(other, 1, other::acknowledge).stream().map(ShareCases::text).toList() + ", and " + rest(other);
        }
    }

    private static Object together(Lab lab) throws Exception {
        String topic = topic(lab, "first");
        Set<String> values = new TreeSet<>();
        AtomicInteger deliveries = new AtomicInteger();
        try (KafkaShareConsumer<String, String> one = member(lab, topic, "implicit"); KafkaShareConsumer<String, String> two = member(lab, topic, "implicit")) {
            for (int turn = 0; turn < 20; turn++) lab.send(topic, "v" + turn);
            Lab.eventually("all records, of which came " + values, () -> {
                for (KafkaShareConsumer<String, String> member : List.of(one, two)) {
                    member.poll(Duration.ofMillis(50)).forEach(record -> {
                        deliveries.incrementAndGet();
                        values.add(record.value());
                    });
                }
                return values.size() == 21;
            });
            return values.size() + " values in " + deliveries + " deliveries, more " + (rest(one) + rest(two));
        }
    }

    private static Object misuse(Lab lab) throws Exception {
        String topic = topic(lab, "a");
        List<Object> seen = new ArrayList<>();
        try (KafkaShareConsumer<String, String> consumer = member(lab, topic, "explicit")) {
            ConsumerRecord<String, String> record = poll(consumer, 1, one -> { }).get(0);
            seen.add("poll " + Lab.outcome(() -> consumer.poll(Duration.ofMillis(50))));
            consumer.acknowledge(record);
            consumer.commitSync();
            seen.add("twice " + Lab.outcome(() -> {
                consumer.acknowledge(record);
                return null;
            }));
        }
        return seen;
    }
}
