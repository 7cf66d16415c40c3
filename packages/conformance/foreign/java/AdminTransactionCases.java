import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.admin.AbortTransactionSpec;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

final class AdminTransactionCases {
    static void addTo(Cases cases) {
        cases.add("admin: transactions are described and listed by state, producer and age", AdminTransactionCases::describe);
        cases.add("admin: producers of a partition are described", AdminTransactionCases::producers);
        cases.add("admin: abortTransaction frees a partition by hand", AdminTransactionCases::abort);
        cases.add("admin: fenceProducers ends what a producer began", AdminTransactionCases::fence);
        cases.add("admin: forceTerminateTransaction ends what a producer began", AdminTransactionCases::terminate);
    }

    private static String text(TransactionDescription one, String topic) {
        return one.state() + " timeout " + one.transactionTimeoutMs() + " started " + one.transactionStartTimeMs().isPresent() + " partitions " + Lab.numbers(one.topicPartitions()) + " epoch " + one.producerEpoch();
    }

    private static Object describe(Lab lab) throws Exception {
        String topic = lab.topic("t", 2);
        String id = lab.name("id");
        KafkaProducer<String, String> producer = TransactionCases.begun(lab, id, "transaction.timeout.ms", 30_000);
        List<Object> seen = new ArrayList<>();
        seen.add(text(lab.admin.describeTransactions(List.of(id)).all().get().get(id), topic));
        producer.send(new ProducerRecord<>(topic, 1, null, "v")).get();
        TransactionDescription ongoing = lab.admin.describeTransactions(List.of(id)).all().get().get(id);
        seen.add(text(ongoing, topic));
        seen.add(listed(lab, new ListTransactionsOptions()));
        seen.add(listed(lab, new ListTransactionsOptions().filterStates(List.of(TransactionState.COMPLETE_COMMIT))));
        seen.add(listed(lab, new ListTransactionsOptions().filterProducerIds(List.of(ongoing.producerId()))));
        seen.add(listed(lab, new ListTransactionsOptions().filterOnDuration(60_000)));
        seen.add(listed(lab, new ListTransactionsOptions().filterOnTransactionalIdPattern(id + ".*")));
        producer.commitTransaction();
        Lab.eventually("it is complete", () -> Lab.outcome(() -> {
            if (lab.admin.describeTransactions(List.of(id)).all().get().get(id).state() != TransactionState.COMPLETE_COMMIT) throw new IllegalStateException();
            return null;
        }).equals("ok"));
        seen.add(text(lab.admin.describeTransactions(List.of(id)).all().get().get(id), topic));
        seen.add(Lab.outcome(() -> lab.admin.describeTransactions(List.of("no-such-id")).all().get()));
        return String.join("\n", seen.stream().map(String::valueOf).toList());
    }

    private static List<String> listed(Lab lab, ListTransactionsOptions options) throws Exception {
        return lab.admin.listTransactions(options).all().get().stream().filter(one -> one.transactionalId().equals(lab.name("id"))).map(TransactionListing::state).map(String::valueOf).toList();
    }

    private static List<ProducerState> states(Lab lab, String topic) throws Exception {
        return lab.admin.describeProducers(Set.of(Lab.at(topic, 0))).all().get().get(Lab.at(topic, 0)).activeProducers();
    }

    private static String text(ProducerState one) {
        return "epoch " + one.producerEpoch() + " last " + one.lastSequence() + " coordinator " + one.coordinatorEpoch() + " from " + one.currentTransactionStartOffset();
    }

    private static Object producers(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        List<Object> seen = new ArrayList<>();
        lab.send(topic, "a", "b");
        seen.add(states(lab, topic).stream().map(AdminTransactionCases::text).toList());
        KafkaProducer<String, String> producer = TransactionCases.begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "c")).get();
        seen.add(states(lab, topic).stream().map(AdminTransactionCases::text).sorted().toList());
        producer.commitTransaction();
        Lab.eventually("the marker", () -> lab.values(topic, "read_committed").contains("c"));
        seen.add(states(lab, topic).stream().map(AdminTransactionCases::text).sorted().toList());
        return String.join("\n", seen.stream().map(String::valueOf).toList());
    }

    private static Object abort(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = TransactionCases.begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "stuck")).get();
        lab.send(topic, "plain");
        List<String> before = lab.values(topic, "read_committed");
        ProducerState state = states(lab, topic).stream().filter(one -> one.currentTransactionStartOffset().isPresent()).findFirst().orElseThrow();
        AbortTransactionSpec spec = new AbortTransactionSpec(Lab.at(topic, 0), state.producerId(), (short) state.producerEpoch(), state.coordinatorEpoch().orElse(0));
        String ending = Lab.outcome(() -> lab.admin.abortTransaction(spec).all().get());
        Lab.eventually("it is free", () -> lab.values(topic, "read_committed").contains("plain"));
        return before + " " + ending + " " + lab.values(topic, "read_committed");
    }

    private static Object fence(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = TransactionCases.begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "fenced")).get();
        var result = lab.admin.fenceProducers(List.of(lab.name("id")));
        result.all().get();
        return "epoch " + result.epochId(lab.name("id")).get() + ", commit " + ending(producer) + ", committed " + committed(lab, topic);
    }

    private static Object terminate(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        KafkaProducer<String, String> producer = TransactionCases.begun(lab, lab.name("id"));
        producer.send(new ProducerRecord<>(topic, "terminated")).get();
        String done = Lab.outcome(() -> lab.admin.forceTerminateTransaction(lab.name("id")).result().get());
        return done + ", commit " + ending(producer) + ", committed " + committed(lab, topic);
    }

    private static String ending(KafkaProducer<String, String> producer) {
        String ending = Lab.outcome(() -> {
            producer.commitTransaction();
            return null;
        });
        producer.close(Duration.ZERO);
        return ending;
    }

    private static List<String> committed(Lab lab, String topic) throws Exception {
        lab.send(topic, "after");
        Lab.eventually("the marker", () -> lab.values(topic, "read_committed").contains("after"));
        return lab.values(topic, "read_committed");
    }
}
