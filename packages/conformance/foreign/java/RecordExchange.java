import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.BufferedReader;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes the records of a file, or reads them back, as lines of JSON with all bytes in hex:
 * {@code produce|consume brokers count folder codec...}. A codec's topic has its name behind the verb; what is read is put in a file
 * of that name.
 */
public final class RecordExchange {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();

    public static void main(String[] args) throws Exception {
        String brokers = args[1];
        int count = Integer.parseInt(args[2]);
        Path folder = Path.of(args[3]);
        for (String codec : List.of(args).subList(4, args.length)) {
            if (args[0].equals("produce")) produce(brokers, folder.resolve("records"), codec);
            else consume(brokers, count, folder.resolve(codec), codec);
        }
    }

    private static void produce(String brokers, Path records, String codec) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "compression.type", codec, "linger.ms", 20);
        var bytes = new ByteArraySerializer();
        try (var producer = new KafkaProducer<>(settings, bytes, bytes); BufferedReader lines = Files.newBufferedReader(records)) {
            var failure = new Exception[1];
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode record = JSON.readTree(line);
                List<Header> headers = new java.util.ArrayList<>();
                for (JsonNode header : record.get(2)) headers.add(new RecordHeader(header.get(0).asText(), read(header.get(1))));
                var sent = new ProducerRecord<>("theirs-" + codec, 0, record.get(3).asLong(), read(record.get(0)), read(record.get(1)), headers);
                producer.send(sent, (placed, error) -> {
                    if (error != null) failure[0] = error;
                });
            }
            producer.flush();
            if (failure[0] != null) throw failure[0];
        }
    }

    private static void consume(String brokers, int count, Path out, String codec) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", brokers, "max.poll.records", 5000, "check.crcs", true);
        var bytes = new ByteArrayDeserializer();
        var from = new TopicPartition("ours-" + codec, 0);
        try (var consumer = new KafkaConsumer<>(settings, bytes, bytes); var lines = new PrintWriter(Files.newBufferedWriter(out))) {
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
            for (int seen = 0; seen < count; ) {
                if (System.nanoTime() > deadline) throw new IllegalStateException(from + ": " + seen + " of " + count);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
                    lines.println(JSON.writeValueAsString(line(record)));
                    seen++;
                }
            }
        }
    }

    private static ArrayNode line(ConsumerRecord<byte[], byte[]> record) {
        ArrayNode headers = JSON.createArrayNode();
        for (Header header : record.headers()) headers.add(JSON.createArrayNode().add(header.key()).add(write(header.value())));
        return JSON.createArrayNode().add(write(record.key())).add(write(record.value())).add(headers).add(record.timestamp());
    }

    private static byte[] read(JsonNode hex) {
        return hex.isNull() ? null : HEX.parseHex(hex.asText());
    }

    private static String write(byte[] data) {
        return data == null ? null : HEX.formatHex(data);
    }
}
