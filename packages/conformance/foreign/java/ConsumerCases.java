import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

final class ConsumerCases {
    static void addTo(Cases cases) {
        cases.add("seek goes anywhere and position says where", ConsumerCases::seek);
        cases.add("a paused partition gives nothing until it is resumed", ConsumerCases::pause);
        cases.add("offsetsForTimes finds the first record not before a time", ConsumerCases::times);
        cases.add("begin, end, lag and epochs", ConsumerCases::ends);
        cases.add("commitSync and commitAsync with metadata, and committed", ConsumerCases::commits);
        cases.add("closing commits what was read, when commits are automatic", ConsumerCases::autoCommit);
        cases.add("without an offset: none, latest, a time ago", ConsumerCases::resets);
        cases.add("an offset that is not there is reset or reported", ConsumerCases::outOfRange);
        cases.add("max.poll.records and small fetches lose nothing", ConsumerCases::smallFetches);
        cases.add("a pattern takes topics made later", ConsumerCases::pattern);
        cases.add("an unknown topic: listed by nobody, waited for", ConsumerCases::unknown);
    }

    private static String timed(Lab lab, long... times) throws Exception {
        String topic = lab.topic("t", 2);
        try (KafkaProducer<String, String> producer = lab.producer()) {
            for (long time : times) producer.send(new ProducerRecord<>(topic, 0, time, null, "at-" + time)).get();
        }
        return topic;
    }

    private static Object seek(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 300, 400);
        TopicPartition partition = Lab.at(topic, 0);
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer("max.poll.records", 1)) {
            consumer.assign(List.of(partition));
            for (long offset : new long[] {2, 0, 3}) {
                consumer.seek(partition, new OffsetAndMetadata(offset));
                seen.add(Lab.poll(consumer, 1).get(0).value() + ", next " + consumer.position(partition));
            }
            consumer.seekToEnd(List.of(partition));
            seen.add("end " + consumer.position(partition));
            consumer.seekToBeginning(List.of(partition));
            seen.add("begin " + consumer.position(partition));
            consumer.seek(partition, 99);
            seen.add("anywhere " + consumer.position(partition));
        }
        return seen;
    }

    private static Object pause(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        try (KafkaProducer<String, String> producer = lab.producer()) {
            for (int index = 0; index < 4; index++) producer.send(new ProducerRecord<>(topic, index % 2, null, "v" + index)).get();
        }
        try (KafkaConsumer<String, String> consumer = lab.consumer()) {
            consumer.assign(List.of(Lab.at(topic, 0), Lab.at(topic, 1)));
            consumer.pause(List.of(Lab.at(topic, 1)));
            List<String> first = Lab.poll(consumer, 2).stream().map(ConsumerRecord::value).toList();
            int meanwhile = consumer.poll(Duration.ofMillis(300)).count();
            Set<TopicPartition> paused = consumer.paused();
            consumer.resume(paused);
            return first + " " + meanwhile + " paused " + Lab.numbers(paused) + " then " + Lab.poll(consumer, 2).stream().map(ConsumerRecord::value).toList();
        }
    }

    private static Object times(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 150, 300);
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer()) {
            for (long time : new long[] {0, 100, 101, 150, 200, 201, 300, 301}) {
                seen.add(time + "=" + consumer.offsetsForTimes(Map.of(Lab.at(topic, 0), time)).get(Lab.at(topic, 0)));
            }
            seen.add("empty=" + consumer.offsetsForTimes(Map.of(Lab.at(topic, 1), 0L)).get(Lab.at(topic, 1)));
        }
        return seen;
    }

    private static Object ends(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 300);
        TopicPartition partition = Lab.at(topic, 0);
        lab.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(1))).all().get();
        try (KafkaConsumer<String, String> consumer = lab.consumer("max.poll.records", 1)) {
            consumer.assign(List.of(partition));
            ConsumerRecord<String, String> first = Lab.poll(consumer, 1).get(0);
            return consumer.beginningOffsets(List.of(partition)).values() + " " + consumer.endOffsets(List.of(partition)).values()
                + " first " + first.offset() + " of epoch " + first.leaderEpoch() + " lag " + consumer.currentLag(partition);
        }
    }

    private static Object commits(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 300);
        TopicPartition partition = Lab.at(topic, 0);
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer("group.id", lab.name("g"))) {
            consumer.assign(List.of(partition));
            seen.add(consumer.committed(Set.of(partition)).get(partition));
            Lab.poll(consumer, 3);
            consumer.commitSync();
            seen.add(consumer.committed(Set.of(partition)).get(partition));
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(1, java.util.Optional.of(0), "with words")));
            seen.add(consumer.committed(Set.of(partition)).get(partition));
            CompletableFuture<Object> told = new CompletableFuture<>();
            consumer.commitAsync(Map.of(partition, new OffsetAndMetadata(2)), (offsets, error) -> told.complete(offsets.get(partition).offset() + " " + error));
            Lab.eventually("the callback", () -> {
                consumer.poll(Duration.ofMillis(20));
                return told.isDone();
            });
            seen.add(told.get(1, TimeUnit.SECONDS));
            seen.add(Lab.outcome(() -> {
                consumer.commitSync(Map.of(partition, new OffsetAndMetadata(1, "x".repeat(5000))));
                return null;
            }));
            seen.add(Lab.outcome(() -> {
                consumer.commitSync(Map.of(Lab.at("no-such-topic", 0), new OffsetAndMetadata(1)), Duration.ofMillis(500));
                return null;
            }));
        }
        return seen.stream().map(item -> String.valueOf(item).replace(lab.name("t"), "t").replace(lab.name("g"), "g")).toList();
    }

    private static Object autoCommit(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 300);
        try (KafkaConsumer<String, String> consumer = lab.consumer("group.id", lab.name("g"), "enable.auto.commit", true, "auto.commit.interval.ms", 60_000)) {
            consumer.subscribe(List.of(topic));
            Lab.poll(consumer, 3);
        }
        return new TreeMap<>(Map.of("committed", lab.admin.listConsumerGroupOffsets(lab.name("g")).partitionsToOffsetAndMetadata().get().get(Lab.at(topic, 0)).offset()));
    }

    private static Object resets(Lab lab) throws Exception {
        long now = System.currentTimeMillis();
        String topic = timed(lab, now - 3_600_000, now - 60_000);
        List<Object> seen = new ArrayList<>();
        for (String reset : List.of("none", "earliest", "latest", "by_duration:PT10M")) {
            try (KafkaConsumer<String, String> consumer = lab.consumer("auto.offset.reset", reset, "group.id", lab.name("g"))) {
                consumer.assign(List.of(Lab.at(topic, 0)));
                seen.add(reset + " " + Lab.outcome(() -> consumer.poll(Duration.ofMillis(500))) + " at "
                    + (reset.equals("none") ? "nothing" : consumer.position(Lab.at(topic, 0))));
            }
        }
        return seen;
    }

    private static Object outOfRange(Lab lab) throws Exception {
        String topic = timed(lab, 100, 200, 300);
        TopicPartition partition = Lab.at(topic, 0);
        lab.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).all().get();
        List<Object> seen = new ArrayList<>();
        for (String reset : List.of("none", "earliest", "latest")) {
            try (KafkaConsumer<String, String> consumer = lab.consumer("auto.offset.reset", reset)) {
                consumer.assign(List.of(partition));
                consumer.seek(partition, 0);
                String ending = "ok";
                for (int tries = 0; tries < 20 && ending.equals("ok") && consumer.position(partition) == 0; tries++) ending = Lab.outcome(() -> consumer.poll(Duration.ofMillis(100)));
                seen.add(reset + " " + ending + " at " + consumer.position(partition));
            }
        }
        return seen;
    }

    private static Object smallFetches(Lab lab) throws Exception {
        String topic = lab.topic("t", 3);
        List<Object> failed = new ArrayList<>();
        try (KafkaProducer<String, String> producer = lab.producer("batch.size", 500)) {
            for (int index = 0; index < 90; index++) {
                var sent = producer.send(new ProducerRecord<>(topic, index % 3, null, index + "x".repeat(100)), (where, failure) -> {
                    if (failure != null) failed.add(failure);
                });
                // The first of each partition goes alone: should a new leader refuse it, those behind it would be out of order, and stay so.
                if (index < 3) sent.get();
            }
        }
        if (!failed.isEmpty()) throw new AssertionError("not sent: " + failed);
        try (KafkaConsumer<String, String> consumer = lab.consumer("max.poll.records", 7, "max.partition.fetch.bytes", 300)) {
            consumer.assign(List.of(Lab.at(topic, 0), Lab.at(topic, 1), Lab.at(topic, 2)));
            return Lab.poll(consumer, 90).stream().map(record -> record.partition() + "@" + record.offset()).sorted().distinct().count();
        }
    }

    private static Object pattern(Lab lab) throws Exception {
        String first = lab.topic("some-1", 1);
        lab.send(first, "of the first");
        try (KafkaConsumer<String, String> consumer = lab.consumer("group.id", lab.name("g"), "metadata.max.age.ms", 200)) {
            consumer.subscribe(Pattern.compile(Pattern.quote(lab.name("some-")) + ".*"));
            List<String> seen = new ArrayList<>();
            Lab.poll(consumer, 1).forEach(record -> seen.add(record.value()));
            consumer.commitSync();
            String second = lab.topic("some-2", 1);
            lab.send(second, "of the second");
            Lab.poll(consumer, 1).forEach(record -> seen.add(record.value()));
            return seen;
        }
    }

    private static Object unknown(Lab lab) throws Exception {
        try (KafkaConsumer<String, String> consumer = lab.consumer("allow.auto.create.topics", false, "metadata.max.age.ms", 200)) {
            boolean listed = consumer.listTopics().containsKey(lab.name("later"));
            List<?> partitions = consumer.partitionsFor(lab.name("later"));
            consumer.assign(List.of(Lab.at(lab.name("later"), 0)));
            int before = consumer.poll(Duration.ofMillis(300)).count();
            lab.send(lab.topic("later", 1), "here");
            return listed + " " + partitions + " " + before + " then " + Lab.poll(consumer, 1).get(0).value();
        }
    }
}
