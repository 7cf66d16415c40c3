import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * What one case works with: clients of the cluster under test, and names that no other case uses. Whatever a case tells
 * has to be the same on every cluster and in every run, so that the answers of two clusters can be compared as text.
 */
final class Lab implements AutoCloseable {
    final String bootstrap;
    final int nodes;
    final Admin admin;
    private final String prefix;
    private final List<AutoCloseable> open = new ArrayList<>();

    Lab(String bootstrap, int nodes, String prefix) {
        this.bootstrap = bootstrap;
        this.nodes = nodes;
        this.prefix = prefix;
        this.admin = keep(Admin.create(config("client.id", prefix + "-admin")));
    }

    /** A name of the case's own for a topic, a group or a transactional id. */
    String name(String suffix) {
        return prefix + "-" + suffix;
    }

    short replication() {
        return (short) Math.min(nodes, 3);
    }

    /** A new topic, usable on every node. */
    String topic(String suffix, int partitions, String... configs) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (int at = 0; at < configs.length; at += 2) settings.put(configs[at], configs[at + 1]);
        NewTopic topic = new NewTopic(name(suffix), partitions, replication()).configs(settings);
        admin.createTopics(List.of(topic)).all().get();
        untilKnown(topic.name(), partitions);
        return topic.name();
    }

    /** The nodes of a real cluster hear of a topic one after the other; whichever is asked must know it before a case goes on. */
    void untilKnown(String topic, int partitions) throws Exception {
        for (Node node : admin.describeCluster().nodes().get()) {
            try (Admin one = Admin.create(config("bootstrap.servers", node.host() + ":" + node.port()))) {
                eventually("every node knows " + topic, () -> leaders(one, topic) == partitions);
            }
        }
    }

    private static long leaders(Admin admin, String topic) {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                .filter(partition -> partition.leader() != null && !partition.leader().isEmpty()).count();
        } catch (Exception notYet) {
            return -1;
        }
    }

    KafkaProducer<String, String> producer(Object... settings) {
        Map<String, Object> all = config("linger.ms", 0, "request.timeout.ms", 10_000, "delivery.timeout.ms", 20_000);
        put(all, settings);
        return keep(new KafkaProducer<>(all, new StringSerializer(), new StringSerializer()));
    }

    KafkaConsumer<String, String> consumer(Object... settings) {
        Map<String, Object> all = config("auto.offset.reset", "earliest", "enable.auto.commit", false, "fetch.max.wait.ms", 100);
        put(all, settings);
        return keep(new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer()));
    }

    /** Sends values to partition 0 and waits until each is acknowledged. */
    void send(String topic, String... values) throws Exception {
        try (KafkaProducer<String, String> producer = producer()) {
            for (String value : values) producer.send(new ProducerRecord<>(topic, 0, null, value)).get();
        }
    }

    /** The values of all partitions up to the end that a reader of this isolation sees, in the order of each partition. */
    List<String> values(String topic, String isolation) {
        return records(topic, isolation).stream().map(ConsumerRecord::value).toList();
    }

    List<ConsumerRecord<String, String>> records(String topic, String isolation) {
        try (KafkaConsumer<String, String> consumer = consumer("isolation.level", isolation)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .sorted((a, b) -> a.partition() - b.partition()).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            Map<Integer, List<ConsumerRecord<String, String>>> found = new TreeMap<>();
            eventually("the end of " + topic, () -> {
                consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> found.computeIfAbsent(record.partition(), key -> new ArrayList<>()).add(record));
                return partitions.stream().allMatch(partition -> consumer.position(partition) >= ends.get(partition));
            });
            return found.values().stream().flatMap(List::stream).toList();
        }
    }

    /** Everything that polls give until there are so many. */
    static List<ConsumerRecord<String, String>> poll(KafkaConsumer<String, String> consumer, int count) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        eventually(count + " records, of which came so far " + found, () -> {
            consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            return found.size() >= count;
        });
        return found;
    }

    static void eventually(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) throw new AssertionError("in 40 s did not come: " + what);
            pause(20);
        }
    }

    static void pause(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** How a call ends: "ok", or the exception a client sees, by its class. */
    static String outcome(Callable<?> call) {
        try {
            call.call();
            return "ok";
        } catch (Throwable thrown) {
            return cause(thrown).getClass().getSimpleName();
        }
    }

    /** The same for every key of an admin's answer, in the order of the keys. */
    static <K, V> Map<String, String> outcomes(Map<K, V> futures, Function<K, String> key) {
        return futures.entrySet().stream().collect(Collectors.toMap(
            entry -> key.apply(entry.getKey()),
            entry -> outcome(() -> ((org.apache.kafka.common.KafkaFuture<?>) entry.getValue()).get()),
            (a, b) -> a, TreeMap::new));
    }

    private static Throwable cause(Throwable thrown) {
        boolean wrapper = thrown instanceof ExecutionException || thrown.getClass() == org.apache.kafka.common.KafkaException.class;
        return wrapper && thrown.getCause() != null ? cause(thrown.getCause()) : thrown;
    }

    static TopicPartition at(String topic, int partition) {
        return new TopicPartition(topic, partition);
    }

    static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).sorted().toList();
    }

    static <T> Set<T> sorted(Collection<T> all) {
        return new java.util.TreeSet<>(all);
    }

    Map<String, Object> config(Object... settings) {
        Map<String, Object> all = new HashMap<>();
        all.put("bootstrap.servers", bootstrap);
        put(all, settings);
        return all;
    }

    private static void put(Map<String, Object> all, Object[] settings) {
        for (int at = 0; at < settings.length; at += 2) all.put((String) settings[at], settings[at + 1]);
    }

    private <T extends AutoCloseable> T keep(T client) {
        open.add(client);
        return client;
    }

    @Override
    public void close() {
        for (AutoCloseable client : open) {
            try {
                if (client instanceof KafkaProducer<?, ?> producer) producer.close(Duration.ZERO);
                else client.close();
            } catch (Exception closed) {
                // A case may have closed, fenced or killed its client: how that ends is the case's business.
            }
        }
    }
}
