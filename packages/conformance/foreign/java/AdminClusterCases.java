import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;

final class AdminClusterCases {
    static void addTo(Cases cases) {
        cases.add("admin: describeCluster names nodes, a controller and what is allowed", AdminClusterCases::cluster);
        cases.add("admin: describeFeatures names what is finalized", AdminClusterCases::features);
        cases.add("admin: updateFeatures refuses what cannot be", AdminClusterCases::updateFeatures);
        cases.add("admin: describeMetadataQuorum names the voters", AdminClusterCases::quorum);
        cases.add("admin: configs of a broker are changed and described", AdminClusterCases::brokerConfigs);
        cases.add("admin: listConfigResources and client metrics", AdminClusterCases::resources);
        cases.add("admin: unregisterBroker refuses an unknown broker", AdminClusterCases::unregister);
    }

    private static Object cluster(Lab lab) throws Exception {
        var asked = lab.admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        return asked.nodes().get().stream().map(node -> node.id() + " fenced " + node.isFenced()).sorted().toList() + " controller "
            + asked.nodes().get().stream().anyMatch(node -> asked(() -> node.id() == asked.controller().get().id())) + " id of " + asked.clusterId().get().length()
            + " allowed " + Lab.sorted(asked.authorizedOperations().get());
    }

    private static boolean asked(java.util.concurrent.Callable<Boolean> question) {
        try {
            return question.call();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Object features(Lab lab) throws Exception {
        var metadata = lab.admin.describeFeatures().featureMetadata().get();
        return List.of("transaction.version").stream().map(name -> name + " " + metadata.finalizedFeatures().get(name) + " of " + metadata.supportedFeatures().get(name)).toList()
            + " epoch known " + metadata.finalizedFeaturesEpoch().isPresent();
    }

    private static Object updateFeatures(Lab lab) throws Exception {
        List<String> seen = new ArrayList<>();
        Map<String, FeatureUpdate> wrong = new TreeMap<>(Map.of(
            "no.such.feature", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE),
            "transaction.version", new FeatureUpdate((short) 99, FeatureUpdate.UpgradeType.UPGRADE)));
        wrong.forEach((feature, update) -> seen.add(feature + ": "
            + Lab.outcome(() -> lab.admin.updateFeatures(Map.of(feature, update), new UpdateFeaturesOptions().validateOnly(true)).all().get())));
        return seen;
    }

    private static Object quorum(Lab lab) throws Exception {
        var quorum = lab.admin.describeMetadataQuorum().quorumInfo().get();
        return "voters " + quorum.voters().stream().map(one -> one.replicaId()).sorted().toList() + " observers " + quorum.observers().size()
            + " the leader votes " + quorum.voters().stream().anyMatch(one -> one.replicaId() == quorum.leaderId());
    }

    private static Object brokerConfigs(Lab lab) throws Exception {
        ConfigResource one = new ConfigResource(ConfigResource.Type.BROKER, "1");
        List<Object> seen = new ArrayList<>();
        seen.add(Lab.outcome(() -> lab.admin.incrementalAlterConfigs(Map.of(one, List.of(set("log.cleaner.backoff.ms", "13000")))).all().get()));
        Lab.pause(300); // A real node hears of it a moment later.
        ConfigEntry entry = lab.admin.describeConfigs(List.of(one)).all().get().get(one).get("log.cleaner.backoff.ms");
        seen.add(entry.value() + " " + entry.source());
        seen.add(Lab.outcome(() -> lab.admin.incrementalAlterConfigs(Map.of(one, List.of(new AlterConfigOp(new ConfigEntry("log.cleaner.backoff.ms", ""), AlterConfigOp.OpType.DELETE)))).all().get()));
        Lab.pause(300);
        seen.add(lab.admin.describeConfigs(List.of(one)).all().get().get(one).get("log.cleaner.backoff.ms").value());
        seen.add(Lab.outcome(() -> lab.admin.describeConfigs(List.of(new ConfigResource(ConfigResource.Type.BROKER, "99")), new DescribeConfigsOptions().timeoutMs(1500)).all().get()));
        return seen;
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
    }

    private static Object resources(Lab lab) throws Exception {
        String topic = lab.topic("t", 1);
        var topics = lab.admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all().get();
        var brokers = lab.admin.listConfigResources(Set.of(ConfigResource.Type.BROKER), new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all().get();
        return topics.contains(new ConfigResource(ConfigResource.Type.TOPIC, topic)) + " " + brokers.stream().map(ConfigResource::name).sorted().filter(name -> !name.isEmpty()).toList()
            + " " + lab.admin.listConfigResources(Set.of(ConfigResource.Type.CLIENT_METRICS), new org.apache.kafka.clients.admin.ListConfigResourcesOptions()).all().get();
    }

    private static Object unregister(Lab lab) {
        return Lab.outcome(() -> lab.admin.unregisterBroker(99).all().get());
    }
}
