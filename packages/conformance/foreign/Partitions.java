import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** Reads one key a line and prints its partition for every count given as an argument. */
public class Partitions {
    public static void main(String[] counts) throws Exception {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new StringBuilder();
        for (String key; (key = in.readLine()) != null; out.append('\n')) {
            byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
            for (String count : counts) out.append(BuiltInPartitioner.partitionForKey(bytes, Integer.parseInt(count))).append(' ');
        }
        System.out.print(out);
    }
}
