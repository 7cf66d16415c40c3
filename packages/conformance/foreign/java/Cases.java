import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Runs every case against one cluster and prints a line of JSON for each: {case, ok, ms, detail}. `detail` is what the
 * case saw, or how it failed. Cases wait a good deal and share nothing, so several run at a time.
 */
public final class Cases {
    interface Case {
        Object run(Lab lab) throws Exception;
    }

    private final Map<String, Case> all = new LinkedHashMap<>();

    void add(String name, Case body) {
        if (all.put(name, body) != null) throw new IllegalArgumentException("two cases are called " + name);
    }

    public static void main(String[] args) throws Exception {
        Cases cases = new Cases();
        ProducerCases.addTo(cases);
        TransactionCases.addTo(cases);
        ConsumerCases.addTo(cases);
        GroupCases.addTo(cases);
        ConsumerProtocolCases.addTo(cases);
        ShareCases.addTo(cases);
        AdminTopicCases.addTo(cases);
        AdminClusterCases.addTo(cases);
        AdminGroupCases.addTo(cases);
        AdminSecurityCases.addTo(cases);
        AdminTransactionCases.addTo(cases);
        String only = args.length > 2 ? args[2] : "";
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        ExecutorService pool = Executors.newFixedThreadPool(6);
        int number = 0;
        for (Map.Entry<String, Case> entry : cases.all.entrySet()) {
            String prefix = "case" + number++;
            if (entry.getKey().contains(only)) {
                pool.execute(() -> report(out, entry.getKey(), () -> new Lab(args[0], Integer.parseInt(args[1]), prefix), entry.getValue()));
            }
        }
        pool.shutdown();
        if (!pool.awaitTermination(150, TimeUnit.SECONDS)) System.exit(3);
        System.exit(0);
    }

    private static void report(PrintStream out, String name, java.util.function.Supplier<Lab> open, Case body) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("case", name);
        long start = System.nanoTime();
        try (Lab lab = open.get()) {
            Object detail = body.run(lab);
            line.put("ok", true);
            line.put("detail", String.valueOf(detail));
        } catch (Throwable thrown) {
            line.put("ok", false);
            line.put("detail", trace(thrown));
        }
        line.put("ms", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        try {
            out.println(new ObjectMapper().writeValueAsString(line));
        } catch (Exception impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The exceptions, and the line of the case that met them. */
    private static String trace(Throwable thrown) {
        StringBuilder text = new StringBuilder();
        for (Throwable at = thrown; at != null; at = at.getCause()) {
            text.append(at).append('\n');
            for (StackTraceElement frame : at.getStackTrace()) {
                if (frame.getClassName().matches("[A-Z]\\w+Cases.*|Lab.*")) text.append("    at ").append(frame).append('\n');
            }
        }
        return text.toString();
    }
}
