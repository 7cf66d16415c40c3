import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

final class ProducerCases {
    static void addTo(Cases cases) {
        cases.add("a plain producer is told where each record lies", ProducerCases::plain);
        cases.add("acks=0 tells nothing, acks=1 an offset, and both are stored", ProducerCases::acks);
        cases.add("an idempotent producer stores 500 records once and in order, five requests in flight", ProducerCases::idempotent);
        cases.add("gzip, snappy, lz4 and zstd are read back", ProducerCases::codecs);
        cases.add("headers, empty keys and tombstones are read back", ProducerCases::shapes);
        cases.add("records land on the partitions of their keys", ProducerCases::keys);
        cases.add("a record above max.message.bytes is refused alone", ProducerCases::tooLarge);
        cases.add("a topic in LogAppendTime tells the broker's time", ProducerCases::appendTime);
        cases.add("a record from the far future is refused", ProducerCases::future);
        cases.add("a record without a key for a compacted topic is refused", ProducerCases::keyless);
        cases.add("too few in-sync replicas refuse acks=all", ProducerCases::minInsync);
        cases.add("a topic is made by sending to it, with the cluster's defaults", ProducerCases::autoCreate);
        cases.add("an impossible topic name and an unknown partition fail in the producer", ProducerCases::impossible);
    }

    private static Object plain(Lab lab) throws Exception {
        String topic = lab.topic("t", 3);
        List<String> places = new ArrayList<>();
        try (KafkaProducer<String, String> producer = lab.producer("enable.idempotence", false)) {
            for (int index = 0; index < 6; index++) {
                RecordMetadata where = producer.send(new ProducerRecord<>(topic, index % 3, 1000L + index, "k", "value-" + index)).get();
                places.add(where.partition() + "@" + where.offset() + " time " + where.timestamp() + " sizes " + where.serializedKeySize() + "+" + where.serializedValueSize());
            }
            producer.partitionsFor(topic).stream().sorted((a, b) -> a.partition() - b.partition())
                .forEach(info -> places.add("replicas " + info.replicas().length + " in sync " + info.inSyncReplicas().length + " offline " + info.offlineReplicas().length));
        }
        return places;
    }

    private static Object acks(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        List<String> told = new ArrayList<>();
        for (String acks : List.of("0", "1")) {
            try (KafkaProducer<String, String> producer = lab.producer("enable.idempotence", false, "acks", acks)) {
                RecordMetadata where = producer.send(new ProducerRecord<>(topic, "acks=" + acks)).get();
                told.add("acks=" + acks + " offset known: " + where.hasOffset());
            }
            Lab.eventually("the record is stored", () -> lab.values(topic, "read_uncommitted").contains("acks=" + acks));
        }
        return told + " " + lab.values(topic, "read_uncommitted");
    }

    private static Object idempotent(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<String, String> producer = lab.producer("max.in.flight.requests.per.connection", 5, "batch.size", 100)) {
            for (int index = 0; index < 500; index++) sent.add(producer.send(new ProducerRecord<>(topic, String.valueOf(index))));
            for (int index = 0; index < 500; index++) {
                if (sent.get(index).get().offset() != index) throw new AssertionError("record " + index + " lies at " + sent.get(index).get().offset());
            }
        }
        List<String> wanted = IntStream.range(0, 500).mapToObj(String::valueOf).toList();
        return lab.values(topic, "read_uncommitted").equals(wanted) ? "500 in order" : lab.values(topic, "read_uncommitted");
    }

    private static Object codecs(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
            try (KafkaProducer<String, String> producer = lab.producer("compression.type", codec, "linger.ms", 20)) {
                for (int index = 0; index < 3; index++) producer.send(new ProducerRecord<>(topic, codec + "-" + index + "x".repeat(200)));
            }
        }
        return lab.values(topic, "read_uncommitted").stream().map(value -> value.replaceAll("x+$", "")).toList();
    }

    private static Object shapes(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        try (KafkaProducer<String, String> producer = lab.producer()) {
            ProducerRecord<String, String> record = new ProducerRecord<>(topic, 0, 5L, "", "");
            record.headers().add("a", "1".getBytes(UTF_8)).add("a", null).add("", new byte[0]);
            producer.send(record).get();
            producer.send(new ProducerRecord<String, String>(topic, 0, 6L, "key", (String) null)).get();
            producer.send(new ProducerRecord<>(topic, 0, 7L, null, "grüße 🎉")).get();
        }
        List<String> seen = new ArrayList<>();
        for (ConsumerRecord<String, String> record : lab.records(topic, "read_uncommitted")) {
            List<String> headers = new ArrayList<>();
            record.headers().forEach(header -> headers.add(header.key() + "=" + (header.value() == null ? null : new String(header.value(), UTF_8))));
            seen.add(record.offset() + ": " + record.key() + "=" + record.value() + " at " + record.timestampType() + " " + record.timestamp() + " " + headers
                + " sizes " + record.serializedKeySize() + " " + record.serializedValueSize() + " epoch " + record.leaderEpoch());
        }
        return seen;
    }

    private static Object keys(Lab lab) throws Exception {
        String topic = lab.topic("t", 7);
        Map<String, Integer> places = new TreeMap<>();
        try (KafkaProducer<String, String> producer = lab.producer()) {
            for (int index = 0; index < 20; index++) places.put("key-" + index, producer.send(new ProducerRecord<>(topic, "key-" + index, "v")).get().partition());
        }
        return places;
    }

    private static Object tooLarge(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "max.message.bytes", "1000");
        try (KafkaProducer<String, String> producer = lab.producer()) {
            String refused = Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, "x".repeat(2000))).get());
            String after = Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, "small")).get());
            return refused + " / then " + after + " " + lab.values(topic, "read_uncommitted");
        }
    }

    private static Object appendTime(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "message.timestamp.type", "LogAppendTime");
        long before = System.currentTimeMillis();
        try (KafkaProducer<String, String> producer = lab.producer()) {
            RecordMetadata where = producer.send(new ProducerRecord<>(topic, 0, 5L, "k", "v")).get();
            ConsumerRecord<String, String> stored = lab.records(topic, "read_uncommitted").get(0);
            return "told now: " + (where.timestamp() >= before) + ", stored as told: " + (stored.timestamp() == where.timestamp()) + " " + stored.timestampType();
        }
    }

    private static Object future(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        try (KafkaProducer<String, String> producer = lab.producer()) {
            long tomorrow = System.currentTimeMillis() + 86_400_000L;
            String refused = Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, 0, tomorrow, "k", "v")).get());
            return refused.replaceAll("\\d{6,}", "N") + " / stored " + lab.values(topic, "read_uncommitted");
        }
    }

    private static Object keyless(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "cleanup.policy", "compact");
        try (KafkaProducer<String, String> producer = lab.producer()) {
            return Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, "no key")).get()) + " / "
                + Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, "key", "v")).get());
        }
    }

    private static Object minInsync(Lab lab) throws Exception {
        String topic = lab.topic("t", 1, "min.insync.replicas", String.valueOf(lab.replication() + 1));
        try (KafkaProducer<String, String> all = lab.producer("retries", 0, "enable.idempotence", false);
             KafkaProducer<String, String> one = lab.producer("enable.idempotence", false, "acks", "1")) {
            return "all: " + Lab.outcome(() -> all.send(new ProducerRecord<>(topic, "all")).get())
                + ", one: " + Lab.outcome(() -> one.send(new ProducerRecord<>(topic, "one")).get());
        }
    }

    private static Object autoCreate(Lab lab) throws Exception {
        String topic = lab.name("made-by-sending");
        try (KafkaProducer<String, String> producer = lab.producer()) {
            producer.send(new ProducerRecord<>(topic, "v")).get();
            return producer.partitionsFor(topic).size() + " partitions of " + producer.partitionsFor(topic).get(0).replicas().length + " replicas";
        }
    }

    private static Object impossible(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        try (KafkaProducer<String, String> producer = lab.producer("max.block.ms", 1500)) {
            return Lab.outcome(() -> producer.send(new ProducerRecord<>("no such:name", "v")).get()) + " / "
                + Lab.outcome(() -> producer.send(new ProducerRecord<>(topic, 9, "k", "v")).get());
        }
    }
}
