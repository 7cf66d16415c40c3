import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A member of a group until SIGTERM: tells what it has (`has 0,1`) and reads (`read value`), and commits what it read. */
public final class GroupMember {
    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        settings.put("group.id", args[2]);
        settings.put("auto.offset.reset", "earliest");
        settings.put("enable.auto.commit", "false");
        settings.put("key.deserializer", StringDeserializer.class.getName());
        settings.put("value.deserializer", StringDeserializer.class.getName());
        if (args[3].equals("consumer")) settings.put("group.protocol", "consumer");
        else settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + args[3]);
        if (!args[3].equals("consumer")) settings.put("heartbeat.interval.ms", 500);
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings);
        Thread reader = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            consumer.wakeup();
            try {
                reader.join();
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        }));
        consumer.subscribe(List.of(args[1]), new ConsumerRebalanceListener() {
            public void onPartitionsRevoked(Collection<TopicPartition> partitions) { }
            public void onPartitionsAssigned(Collection<TopicPartition> partitions) { tell(consumer); }
        });
        try {
            while (true) {
                var records = consumer.poll(Duration.ofMillis(200));
                records.forEach(record -> System.out.println("read " + record.value()));
                if (!records.isEmpty()) consumer.commitSync();
                tell(consumer);
            }
        } catch (WakeupException stopped) {
            consumer.close();
        }
    }

    private static String told = "";

    private static void tell(KafkaConsumer<String, String> consumer) {
        String has = consumer.assignment().stream().map(TopicPartition::partition).sorted().map(String::valueOf).collect(Collectors.joining(","));
        if (!has.equals(told)) System.out.println("has " + has);
        told = has;
    }
}
