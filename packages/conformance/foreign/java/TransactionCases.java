import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

final class TransactionCases {
    static void addTo(Cases cases) {
        cases.add("a transaction is seen by committed readers when it is committed, as a whole", TransactionCases::commit);
        cases.add("an aborted transaction is left out, and the position passes its marker", TransactionCases::abort);
        cases.add("two transactions side by side on one partition are told apart", TransactionCases::interleaved);
        cases.add("fifty transactions in a row", TransactionCases::many);
        cases.add("a second producer of the id fences the first", TransactionCases::fencing);
        cases.add("offsets sent with the group's metadata count when the transaction commits", lab -> offsets(lab, "group.id", lab.name("g"), "max.poll.records", 2));
        cases.add("offsets of a member of an old generation are refused", TransactionCases::staleMember);
        cases.add("a transaction left open too long is aborted", TransactionCases::timeout);
        cases.add("a transactional record too large aborts and the producer goes on", TransactionCases::recover);
        cases.add("an empty transaction and one with offsets alone are committed", TransactionCases::empty);
    }

    static KafkaProducer<String, String> begun(Lab lab, String id, Object... more) {
        Object[] settings = new Object[more.length + 2];
        settings[0] = "transactional.id";
        settings[1] = id;
        System.arraycopy(more, 0, settings, 2, more.length);
        KafkaProducer<String, String> producer = lab.producer(settings);
        producer.initTransactions();
        producer.beginTransaction();
        return producer;
    }

    private static Object commit(Lab lab) throws Exception {
        String topic = lab.topic("t", 3);
        KafkaProducer<String, String> producer = begun(lab, lab.name("id"));
        for (int index = 0; index < 6; index++) producer.send(new ProducerRecord<>(topic, index % 3, null, "v" + index)).get();
        List<String> before = lab.values(topic, "read_committed");
        Map<TopicPartition, Long> stable;
        Map<TopicPartition, Long> high;
        try (KafkaConsumer<String, String> committed = lab.consumer("isolation.level", "read_committed"); KafkaConsumer<String, String> any = lab.consumer()) {
            stable = committed.endOffsets(List.of(Lab.at(topic, 0)));
            high = any.endOffsets(List.of(Lab.at(topic, 0)));
        }
        int open = lab.values(topic, "read_uncommitted").size();
        producer.commitTransaction();
        Lab.eventually("all markers", () -> lab.values(topic, "read_committed").size() == 6);
        return "before " + before + " of " + open + ", ends " + stable.values() + " and " + high.values() + ", after " + lab.values(topic, "read_committed");
    }

    private static Object abort(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "dropped")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, "kept")).get();
        producer.commitTransaction();
        Lab.eventually("the marker", () -> !lab.values(topic, "read_committed").isEmpty());
        try (KafkaConsumer<String, String> consumer = lab.consumer("isolation.level", "read_committed")) {
            consumer.assign(List.of(Lab.at(topic, 0)));
            long offset = Lab.poll(consumer, 1).get(0).offset();
            Lab.eventually("the position behind the marker", () -> {
                consumer.poll(java.time.Duration.ofMillis(50));
                return consumer.position(Lab.at(topic, 0)) == 4;
            });
            return lab.values(topic, "read_committed") + " at " + offset + ", uncommitted " + lab.values(topic, "read_uncommitted");
        }
    }

    private static Object interleaved(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> one = begun(lab, lab.name("one"));
        KafkaProducer<String, String> two = begun(lab, lab.name("two"));
        for (int index = 0; index < 3; index++) {
            one.send(new ProducerRecord<>(topic, "one-" + index)).get();
            two.send(new ProducerRecord<>(topic, "two-" + index)).get();
        }
        two.commitTransaction();
        lab.send(topic, "plain");
        List<String> held = lab.values(topic, "read_committed");
        one.abortTransaction();
        Lab.eventually("the marker", () -> lab.values(topic, "read_committed").contains("plain"));
        return "held back " + held + ", then " + lab.values(topic, "read_committed");
    }

    private static Object many(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        KafkaProducer<String, String> producer = lab.producer("transactional.id", lab.name("id"));
        producer.initTransactions();
        for (int index = 0; index < 50; index++) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(topic, index % 2, null, "v" + index));
            if (index % 5 == 4) producer.abortTransaction();
            else producer.commitTransaction();
        }
        Lab.eventually("all markers", () -> lab.values(topic, "read_committed").size() >= 40);
        return lab.values(topic, "read_committed");
    }

    private static Object fencing(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> first = begun(lab, lab.name("id"));
        first.send(new ProducerRecord<>(topic, "first")).get();
        KafkaProducer<String, String> second = begun(lab, lab.name("id"));
        second.send(new ProducerRecord<>(topic, "second")).get();
        List<String> endings = new ArrayList<>();
        endings.add(Lab.outcome(() -> first.send(new ProducerRecord<>(topic, "zombie")).get()));
        endings.add(Lab.outcome(() -> {
            first.commitTransaction();
            return null;
        }));
        endings.add(Lab.outcome(() -> {
            first.abortTransaction();
            return null;
        }));
        second.commitTransaction();
        Lab.eventually("the marker", () -> !lab.values(topic, "read_committed").isEmpty());
        return endings + " " + lab.values(topic, "read_committed") + " of " + lab.values(topic, "read_uncommitted");
    }

    /** A consumer of these settings, four records, two transactions with its offsets: one is kept. */
    static Object offsets(Lab lab, Object... consumerSettings) throws Exception {
        String input = lab.topic("in", 1);
        String output = lab.topic("out", 1);
        TopicPartition from = Lab.at(input, 0);
        lab.send(input, "a", "b", "c", "d");
        List<Object> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer(consumerSettings)) {
            consumer.subscribe(List.of(input));
            KafkaProducer<String, String> producer = lab.producer("transactional.id", lab.name("id"));
            producer.initTransactions();
            for (boolean keep : List.of(true, false)) {
                producer.beginTransaction();
                Lab.poll(consumer, 2).forEach(record -> producer.send(new ProducerRecord<>(output, record.value().toUpperCase())));
                OffsetAndMetadata next = new OffsetAndMetadata(consumer.position(from), "by a transaction");
                producer.sendOffsetsToTransaction(Map.of(from, next), consumer.groupMetadata());
                if (keep) producer.commitTransaction();
                else producer.abortTransaction();
                OffsetAndMetadata committed = consumer.committed(Set.of(from)).get(from);
                seen.add(committed.offset() + " " + committed.metadata());
            }
        }
        Lab.eventually("the marker", () -> lab.values(output, "read_committed").size() == 2);
        return seen + " " + lab.values(output, "read_committed");
    }

    private static Object staleMember(Lab lab) throws Exception {
        String input = lab.topic("in", 1);
        lab.send(input, "a");
        List<String> endings = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = lab.consumer("group.id", lab.name("g"))) {
            consumer.subscribe(List.of(input));
            Lab.poll(consumer, 1);
            ConsumerGroupMetadata now = consumer.groupMetadata();
            List<ConsumerGroupMetadata> wrong = List.of(
                new ConsumerGroupMetadata(now.groupId(), now.generationId() - 1, now.memberId(), now.groupInstanceId()),
                new ConsumerGroupMetadata(now.groupId(), now.generationId(), "nobody", now.groupInstanceId()),
                new ConsumerGroupMetadata(now.groupId(), now.generationId(), now.memberId(), java.util.Optional.of("no-such-instance")),
                new ConsumerGroupMetadata(now.groupId()));
            for (ConsumerGroupMetadata metadata : wrong) {
                KafkaProducer<String, String> producer = begun(lab, lab.name("id"));
                endings.add(Lab.outcome(() -> {
                    producer.sendOffsetsToTransaction(Map.of(Lab.at(input, 0), new OffsetAndMetadata(1)), metadata);
                    producer.commitTransaction();
                    return null;
                }));
                endings.add("then abort " + Lab.outcome(() -> {
                    producer.abortTransaction();
                    return null;
                }));
            }
            return endings;
        }
    }

    private static Object timeout(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = begun(lab, lab.name("id"), "transaction.timeout.ms", 1000);
        producer.send(new ProducerRecord<>(topic, "late")).get();
        lab.send(topic, "plain");
        Lab.eventually("the coordinator gives it up", () -> lab.values(topic, "read_committed").contains("plain"));
        String commit = Lab.outcome(() -> {
            producer.commitTransaction();
            return null;
        });
        return lab.values(topic, "read_committed") + " commit: " + commit;
    }

    private static Object recover(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "max.message.bytes", "1000");
        KafkaProducer<String, String> producer = begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "small")).get();
        String refused = Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, "x".repeat(2000))).get());
        String commit = Lab.outcome(() -> {
            producer.commitTransaction();
            return null;
        });
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, "again")).get();
        producer.commitTransaction();
        Lab.eventually("the marker", () -> !lab.values(topic, "read_committed").isEmpty());
        return refused + ", commit " + commit + ", then " + lab.values(topic, "read_committed");
    }

    private static Object empty(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = begun(lab, lab.name("id"));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(Map.of(Lab.at(topic, 0), new OffsetAndMetadata(7)), new ConsumerGroupMetadata(lab.name("g")));
        producer.commitTransaction();
        producer.beginTransaction();
        producer.abortTransaction();
        Lab.eventually("the offset", () -> Lab.outcome(() -> committed(lab, topic)).equals("ok"));
        return committed(lab, topic);
    }

    private static long committed(Lab lab, String topic) throws Exception {
        return lab.admin.listConsumerGroupOffsets(lab.name("g")).partitionsToOffsetAndMetadata().get().get(Lab.at(topic, 0)).offset();
    }
}
