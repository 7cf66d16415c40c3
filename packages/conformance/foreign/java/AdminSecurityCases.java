import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

final class AdminSecurityCases {
    static void addTo(Cases cases) {
        cases.add("admin: access rules are made, found by filter and deleted", AdminSecurityCases::acls);
        cases.add("admin: access rules that cannot be are refused", AdminSecurityCases::aclsRefused);
        cases.add("admin: quotas are set, found by filter and removed", AdminSecurityCases::quotas);
        cases.add("admin: SCRAM credentials are set, described and deleted", AdminSecurityCases::scram);
    }

    private static AclBinding rule(ResourceType type, String name, PatternType pattern, String who, AclOperation operation) {
        return new AclBinding(new ResourcePattern(type, name, pattern), new AccessControlEntry(who, "*", operation, AclPermissionType.ALLOW));
    }

    private static List<String> found(Lab lab, AclBindingFilter filter) throws Exception {
        return lab.admin.describeAcls(filter).values().get().stream().map(one -> one.pattern().resourceType() + " " + one.pattern().patternType() + " " + one.pattern().name().replace(lab.name(""), "") + " "
            + one.entry().principal() + " " + one.entry().operation() + " " + one.entry().permissionType()).sorted().toList();
    }

    private static Object acls(Lab lab) throws Exception {
        String who = "User:" + lab.name("alice");
        List<Object> seen = new ArrayList<>();
        lab.admin.createAcls(List.of(rule(ResourceType.TOPIC, lab.name("t"), PatternType.LITERAL, who, AclOperation.READ), rule(ResourceType.TOPIC, lab.name(""), PatternType.PREFIXED, who, AclOperation.WRITE),
            rule(ResourceType.TOPIC, "*", PatternType.LITERAL, who, AclOperation.DESCRIBE), rule(ResourceType.GROUP, lab.name("g"), PatternType.LITERAL, who, AclOperation.READ),
            rule(ResourceType.CLUSTER, "kafka-cluster", PatternType.LITERAL, who, AclOperation.ALTER), rule(ResourceType.TRANSACTIONAL_ID, lab.name("id"), PatternType.LITERAL, who, AclOperation.ALL))).all().get();
        AccessControlEntryFilter hers = new AccessControlEntryFilter(who, null, AclOperation.ANY, AclPermissionType.ANY);
        Lab.pause(300); // A real node hears of it a moment later.
        for (PatternType pattern : List.of(PatternType.ANY, PatternType.MATCH, PatternType.LITERAL, PatternType.PREFIXED)) {
            seen.add(pattern + " " + found(lab, new AclBindingFilter(new ResourcePatternFilter(ResourceType.TOPIC, pattern == PatternType.ANY ? null : lab.name("t"), pattern), hers)));
        }
        seen.add(found(lab, new AclBindingFilter(ResourcePatternFilter.ANY, hers)));
        var filter = new AclBindingFilter(new ResourcePatternFilter(ResourceType.TOPIC, lab.name("t"), PatternType.MATCH), hers);
        seen.add("deleted " + lab.admin.deleteAcls(List.of(filter)).all().get().size());
        Lab.pause(300);
        seen.add(found(lab, new AclBindingFilter(ResourcePatternFilter.ANY, hers)));
        return String.join("\n", seen.stream().map(item -> String.valueOf(item).replace(who, "alice")).toList());
    }

    private static Object aclsRefused(Lab lab) {
        List<String> seen = new ArrayList<>();
        for (AclBinding wrong : List.of(rule(ResourceType.CLUSTER, "another", PatternType.LITERAL, "User:a", AclOperation.ALTER), rule(ResourceType.TOPIC, "", PatternType.LITERAL, "User:a", AclOperation.READ),
            rule(ResourceType.TOPIC, "t", PatternType.LITERAL, "alice", AclOperation.READ))) {
            seen.add(Lab.outcome(() -> lab.admin.createAcls(List.of(wrong)).all().get()));
        }
        return String.join("\n", seen);
    }

    private static Object quotas(Lab lab) throws Exception {
        Map<String, String> entity = new TreeMap<>(Map.of("user", lab.name("alice"), "client-id", lab.name("app")));
        ClientQuotaFilter filter = ClientQuotaFilter.containsOnly(entity.entrySet().stream().map(one -> ClientQuotaFilterComponent.ofEntity(one.getKey(), one.getValue())).toList());
        List<Object> seen = new ArrayList<>();
        seen.add(alter(lab, entity, "producer_byte_rate", 1000.0));
        seen.add(alter(lab, entity, "request_percentage", 12.5));
        seen.add(alter(lab, entity, "no_such_quota", 1.0));
        seen.add(alter(lab, entity, "consumer_byte_rate", -1.0));
        seen.add(alter(lab, Map.of("planet", "earth"), "producer_byte_rate", 1.0));
        Lab.pause(300); // A real node hears of it a moment later.
        seen.add(lab.admin.describeClientQuotas(filter).entities().get().values().stream().map(TreeMap::new).toList());
        seen.add(lab.admin.describeClientQuotas(ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntityType("user"), ClientQuotaFilterComponent.ofDefaultEntity("client-id")))).entities().get().size());
        seen.add(alter(lab, entity, "producer_byte_rate", null));
        seen.add(alter(lab, entity, "request_percentage", null));
        Lab.pause(300);
        seen.add(lab.admin.describeClientQuotas(filter).entities().get());
        return String.join("\n", seen.stream().map(String::valueOf).toList());
    }

    private static String alter(Lab lab, Map<String, String> entity, String quota, Double value) {
        return quota + " " + Lab.outcome(() -> lab.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(entity), List.of(new ClientQuotaAlteration.Op(quota, value))))).all().get());
    }

    private static Object scram(Lab lab) throws Exception {
        String user = lab.name("alice");
        List<Object> seen = new ArrayList<>();
        for (ScramMechanism mechanism : List.of(ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512)) {
            seen.add(upsert(lab, user, new ScramCredentialInfo(mechanism, 8192)));
        }
        seen.add("twice in a request: " + Lab.outcome(() -> lab.admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256),
            new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512))).all().get()));
        Lab.pause(300); // A real node hears of it a moment later.
        seen.add(lab.admin.describeUserScramCredentials(List.of(user)).description(user).get().credentialInfos().stream().map(String::valueOf).sorted().toList());
        seen.add("too few iterations: " + upsert(lab, user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 1)));
        seen.add(Lab.outcome(() -> lab.admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256))).all().get()));
        Lab.pause(300);
        seen.add(lab.admin.describeUserScramCredentials(List.of(user)).description(user).get().credentialInfos().stream().map(String::valueOf).sorted().toList());
        seen.add(Lab.outcome(() -> lab.admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion("nobody", ScramMechanism.SCRAM_SHA_256))).all().get()));
        seen.add(Lab.outcome(() -> lab.admin.describeUserScramCredentials(List.of("nobody")).description("nobody").get()));
        return String.join("\n", seen.stream().map(String::valueOf).toList());
    }

    private static String upsert(Lab lab, String user, ScramCredentialInfo info) {
        return Lab.outcome(() -> lab.admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, info, "secret"))).all().get());
    }
}
