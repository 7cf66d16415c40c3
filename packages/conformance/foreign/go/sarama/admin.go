package main

import (
	"fmt"
	"log"

	"github.com/IBM/sarama"
)

func must[T any](value T, err error) T {
	check(err, "admin")
	return value
}

// The steps every client's administration goes through; what each prints is what it read back.
func administer(brokers []string, topic string) {
	admin := must(sarama.NewClusterAdmin(brokers, newConfig()))
	topics(admin, topic)
	groups(brokers, admin, topic)
	rules(admin, topic)
	credentials(admin)
	check(admin.DeleteTopic(topic), "delete topic")
	_, there := must(admin.ListTopics())[topic]
	fmt.Printf("topic left\t%t\n", there)
	check(admin.Close(), "close")
}

func topics(admin sarama.ClusterAdmin, topic string) {
	retention := "3600000"
	check(admin.CreateTopic(topic, &sarama.TopicDetail{NumPartitions: 3, ReplicationFactor: 1,
		ConfigEntries: map[string]*string{"retention.ms": &retention}}, false), "create")
	describe := func() int { return len(must(admin.DescribeTopics([]string{topic}))[0].Partitions) }
	config := func() string {
		resource := sarama.ConfigResource{Type: sarama.TopicResource, Name: topic, ConfigNames: []string{"retention.ms"}}
		return must(admin.DescribeConfig(resource))[0].Value
	}
	fmt.Printf("created\t%d partitions, retention.ms=%s\n", describe(), config())
	check(admin.CreatePartitions(topic, 6, nil, false), "grow")
	fmt.Printf("grown\t%d partitions\n", describe())
	retention = "7200000"
	check(admin.IncrementalAlterConfig(sarama.TopicResource, topic, map[string]sarama.IncrementalAlterConfigsEntry{
		"retention.ms": {Operation: sarama.IncrementalAlterConfigsOperationSet, Value: &retention}}, false), "alter")
	fmt.Printf("altered\tretention.ms=%s\n", config())
}

func groups(brokers []string, admin sarama.ClusterAdmin, topic string) {
	config := newConfig()
	config.Producer.Partitioner = sarama.NewManualPartitioner
	config.Producer.Return.Successes = true
	producer := must(sarama.NewSyncProducer(brokers, config))
	for range 10 {
		must(0, second(producer.SendMessage(&sarama.ProducerMessage{Topic: topic, Partition: 0, Value: sarama.StringEncoder("x")})))
	}
	check(producer.Close(), "close")
	check(admin.DeleteRecords(topic, map[int32]int64{0: 4}), "delete records")
	client := must(sarama.NewClient(brokers, config))
	fmt.Printf("records deleted\tearliest %d, latest %d\n", must(client.GetOffset(topic, 0, sarama.OffsetOldest)),
		must(client.GetOffset(topic, 0, sarama.OffsetNewest)))
	group := topic + "-group"
	offsets := must(sarama.NewOffsetManagerFromClient(group, client))
	partition := must(offsets.ManagePartition(topic, 0))
	partition.MarkOffset(7, "")
	offsets.Commit()
	partition.AsyncClose() // Close would wait for the manager, which must not be closed before its partitions.
	check(offsets.Close(), "close offsets")
	stored := must(admin.ListConsumerGroupOffsets(group, map[string][]int32{topic: {0}})).GetBlock(topic, 0).Offset
	_, listed := must(admin.ListConsumerGroups())[group]
	state := must(admin.DescribeConsumerGroups([]string{group}))[0].State
	fmt.Printf("group\tlisted %t, %s, offset %d\n", listed, state, stored)
	check(admin.DeleteConsumerGroup(group), "delete group")
	_, listed = must(admin.ListConsumerGroups())[group]
	fmt.Printf("group deleted\tlisted %t\n", listed)
	check(client.Close(), "close client")
}

func second(_ int32, _ int64, err error) error { return err }

func rules(admin sarama.ClusterAdmin, topic string) {
	check(admin.CreateACL(sarama.Resource{ResourceType: sarama.AclResourceTopic, ResourceName: topic, ResourcePatternType: sarama.AclPatternLiteral},
		sarama.Acl{Principal: "User:alice", Host: "*", Operation: sarama.AclOperationRead, PermissionType: sarama.AclPermissionAllow}), "create acl")
	filter := sarama.AclFilter{ResourceType: sarama.AclResourceTopic, ResourceName: &topic, ResourcePatternTypeFilter: sarama.AclPatternLiteral,
		Operation: sarama.AclOperationAny, PermissionType: sarama.AclPermissionAny, Version: 1}
	added := len(must(admin.ListAcls(filter)))
	deleted := len(must(admin.DeleteACL(filter, false)))
	fmt.Printf("rules\t%d added, %d deleted, %d left\n", added, deleted, len(must(admin.ListAcls(filter))))
}

func credentials(admin sarama.ClusterAdmin) {
	user := "alice"
	must(admin.UpsertUserScramCredentials([]sarama.AlterUserScramCredentialsUpsert{{Name: user, Mechanism: sarama.SCRAM_MECHANISM_SHA_256,
		Iterations: 8192, Salt: []byte("salt"), Password: []byte("secret")}}))
	described := must(admin.DescribeUserScramCredentials([]string{user}))[0]
	if described.ErrorCode != sarama.ErrNoError {
		log.Fatalf("describe SCRAM: %v", described.ErrorCode)
	}
	must(admin.DeleteUserScramCredentials([]sarama.AlterUserScramCredentialsDelete{{Name: user, Mechanism: sarama.SCRAM_MECHANISM_SHA_256}}))
	left := must(admin.DescribeUserScramCredentials([]string{user}))[0]
	fmt.Printf("credentials\t%s %d, then %d\n", described.CredentialInfos[0].Mechanism, described.CredentialInfos[0].Iterations, len(left.CredentialInfos))
}
