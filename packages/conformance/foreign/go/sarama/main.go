// sarama: produce, consume in a group and commit, run transactions, or administer. Prints one line per record or step.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/IBM/sarama"
)

func main() {
	log.SetFlags(0)
	sarama.Logger = log.Default()
	verb, brokers, rest := os.Args[1], strings.Split(os.Args[2], ","), os.Args[3:]
	switch verb {
	case "produce":
		producer := newProducer(brokers, "")
		send(producer, rest[0], rest[1], 0, number(rest[2]))
		check(producer.Close(), "close")
	case "consume":
		consume(brokers, rest[0], number(rest[1]), rest[2])
	case "transact":
		transact(brokers, rest[0], rest[1])
	case "admin":
		administer(brokers, rest[0])
	default:
		log.Fatalf("no verb %s", verb)
	}
}

func newConfig() *sarama.Config {
	config := sarama.NewConfig()
	config.Version = sarama.MaxVersion
	config.Consumer.Offsets.Initial = sarama.OffsetOldest
	config.Consumer.Offsets.AutoCommit.Enable = false
	return config
}

func newProducer(brokers []string, transactionalID string) sarama.SyncProducer {
	config := newConfig()
	config.Producer.Idempotent = true
	config.Producer.RequiredAcks = sarama.WaitForAll
	config.Producer.Return.Successes = true
	config.Net.MaxOpenRequests = 1
	config.Producer.Transaction.ID = transactionalID
	producer, err := sarama.NewSyncProducer(brokers, config)
	check(err, "producer")
	return producer
}

func send(producer sarama.SyncProducer, topic, name string, start, count int) {
	var messages []*sarama.ProducerMessage
	for index := start; index < start+count; index++ {
		messages = append(messages, &sarama.ProducerMessage{Topic: topic, Key: sarama.StringEncoder(fmt.Sprint("key-", index%10)),
			Value: sarama.StringEncoder(fmt.Sprint(name, "#", index)), Headers: []sarama.RecordHeader{{Key: []byte("n"), Value: fmt.Append(nil, index)}}})
	}
	check(producer.SendMessages(messages), "send")
}

func consume(brokers []string, topic string, count int, groupID string) {
	group, err := sarama.NewConsumerGroup(brokers, groupID, newConfig())
	check(err, "group")
	ctx, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	member := &member{records: make(chan *sarama.ConsumerMessage), done: stop}
	go member.count(count)
	for ctx.Err() == nil {
		check(group.Consume(ctx, []string{topic}, member), "consume")
	}
	check(group.Close(), "close")
	if member.seen < count {
		log.Fatalf("nothing more after %d of %d", member.seen, count)
	}
}

// member takes the records of all claimed partitions, and ends the consumer once it has seen enough.
type member struct {
	records chan *sarama.ConsumerMessage
	seen    int
	done    func()
}

func (m *member) Setup(sarama.ConsumerGroupSession) error { return nil }

func (m *member) Cleanup(session sarama.ConsumerGroupSession) error {
	session.Commit()
	return nil
}

func (m *member) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for {
		select {
		case record := <-claim.Messages():
			session.MarkMessage(record, "")
			m.records <- record
		case <-session.Context().Done():
			return nil
		}
	}
}

func (m *member) count(wanted int) {
	for record := range m.records {
		show(record)
		if m.seen++; m.seen == wanted {
			m.done()
		}
	}
}

func show(record *sarama.ConsumerMessage) {
	fmt.Printf("%d\t%d\t%s\t%s\n", record.Partition, record.Offset, record.Key, record.Value)
}

// One transaction committed, one aborted, and one that moves a group's offsets with its records.
func transact(brokers []string, topic, name string) {
	producer := newProducer(brokers, name)
	check(producer.BeginTxn(), "begin")
	send(producer, topic, name, 0, 10)
	check(producer.CommitTxn(), "commit")
	check(producer.BeginTxn(), "begin")
	send(producer, topic, name, 10, 10)
	check(producer.AbortTxn(), "abort")
	check(producer.BeginTxn(), "begin")
	send(producer, topic, name, 20, 10)
	offsets := map[string][]*sarama.PartitionOffsetMetadata{topic: {{Partition: 0, Offset: 5}}}
	check(producer.AddOffsetsToTxn(offsets, name+"-group"), "offsets")
	check(producer.CommitTxn(), "commit")
	check(producer.Close(), "close")

	config := newConfig()
	config.Consumer.IsolationLevel = sarama.ReadCommitted
	consumer, err := sarama.NewConsumer(brokers, config)
	check(err, "consumer")
	partition, err := consumer.ConsumePartition(topic, 0, sarama.OffsetOldest)
	check(err, "partition")
	for range 20 {
		select {
		case record := <-partition.Messages():
			show(record)
		case <-time.After(20 * time.Second):
			log.Fatal("not all committed records came")
		}
	}
	check(consumer.Close(), "close")
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	check(err, "count")
	return value
}

func check(err error, what string) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}
