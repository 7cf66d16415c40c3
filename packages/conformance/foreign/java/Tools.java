import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.utils.Exit;

/**
 * Runs Kafka's command-line tools one after the other in this JVM, for a JVM each would cost a second a tool: a file of
 * [{name, main, args}] in, a line of JSON {case, ok, detail} out for each; `detail` is what the tool wrote.
 */
public final class Tools {
    /** What a tool's exit becomes, as it must not end the JVM. */
    private static final class Ended extends RuntimeException {
        final int code;
        final String output;

        Ended(int code, String output) {
            super("exit " + code, null, false, false);
            this.code = code;
            this.output = output;
        }
    }

    private static final List<Runnable> hooks = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        ObjectMapper json = new ObjectMapper();
        PrintStream out = System.out;
        Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
        for (JsonNode step : json.readTree(new File(args[0]))) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("case", step.get("name").asText());
            ByteArrayOutputStream written = new ByteArrayOutputStream();
            PrintStream captured = new PrintStream(written, true, StandardCharsets.UTF_8);
            System.setOut(captured);
            System.setErr(captured);
            long start = System.nanoTime();
            String[] toolArgs = json.convertValue(step.get("args"), String[].class);
            Ended end = step.get("alone").asBoolean() ? runAlone(step.get("main").asText(), toolArgs) : run(step.get("main").asText(), toolArgs, written);
            line.put("ok", end.code == 0);
            line.put("detail", end.output);
            line.put("ms", (System.nanoTime() - start) / 1_000_000);
            out.println(json.writeValueAsString(line));
        }
        Runtime.getRuntime().halt(0);
    }

    private static Ended run(String tool, String[] args, ByteArrayOutputStream written) {
        // Some tools catch what ends them, write it down and exit once more: the first exit counts.
        AtomicReference<Ended> first = new AtomicReference<>();
        Exit.setExitProcedure((code, message) -> {
            first.compareAndSet(null, new Ended(code, written.toString(StandardCharsets.UTF_8)));
            throw first.get();
        });
        try {
            // Scala's console keeps the stream it first saw, unless it is told.
            scala.Console.withOut(System.out, () -> invoke(tool, args));
            hooks.forEach(Runnable::run);
        } catch (Ended ended) {
            // Known already.
        } catch (Throwable thrown) {
            thrown.printStackTrace();
            first.compareAndSet(null, new Ended(70, written.toString(StandardCharsets.UTF_8)));
        } finally {
            hooks.clear();
        }
        return first.get() == null ? new Ended(0, written.toString(StandardCharsets.UTF_8)) : first.get();
    }

    /** In a JVM of its own, whose end the tool waits for. */
    private static Ended runAlone(String tool, String[] args) throws Exception {
        List<String> command = new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp", System.getProperty("java.class.path"), tool));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private static Object invoke(String tool, String[] args) {
        try {
            Method main = Class.forName(tool).getMethod("main", String[].class);
            main.setAccessible(true); // Some tools are classes of their package alone.
            return main.invoke(null, (Object) args);
        } catch (InvocationTargetException thrown) {
            throw sneak(thrown.getCause());
        } catch (ReflectiveOperationException wrong) {
            throw new IllegalStateException(wrong);
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> RuntimeException sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
