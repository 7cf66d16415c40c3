import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/** Counts the words of `lines` into `counts`, exactly once, until it is killed. */
public final class WordCount {
    public static void main(String[] args) throws Exception {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", args[0]);
        settings.put("state.dir", args[1]);
        settings.put("application.id", "words");
        settings.put("processing.guarantee", "exactly_once_v2");
        settings.put("commit.interval.ms", 100);
        settings.put("session.timeout.ms", 6000);
        settings.put("auto.offset.reset", "earliest");
        settings.put("default.key.serde", Serdes.StringSerde.class.getName());
        settings.put("default.value.serde", Serdes.StringSerde.class.getName());
        settings.put("dsl.store.suppliers.class", "org.apache.kafka.streams.state.BuiltInDslStoreSuppliers$InMemoryDslStoreSuppliers");
        StreamsBuilder words = new StreamsBuilder();
        words.<String, String>stream("lines").flatMapValues(line -> List.of(line.split(" "))).groupBy((key, word) -> word)
            .count(Named.as("counts"), Materialized.with(Serdes.String(), Serdes.Long()))
            .toStream().to("counts", Produced.with(Serdes.String(), Serdes.Long()));
        new KafkaStreams(words.build(), settings).start();
        Thread.sleep(Long.MAX_VALUE);
    }
}
