// franz-go: produce, consume in a group and commit, or run transactions. Prints one line per record.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	log.SetFlags(0)
	ctx, stop := context.WithTimeout(context.Background(), 60*time.Second)
	defer stop()
	verb, brokers, topic, rest := os.Args[1], strings.Split(os.Args[2], ","), os.Args[3], os.Args[4:]
	base := []kgo.Opt{kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(topic),
		kgo.ProducerBatchCompression(kgo.GzipCompression()), kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelWarn, nil))}
	switch verb {
	case "produce":
		client := open(base)
		send(ctx, client, rest[0], 0, number(rest[1]))
		client.Close()
	case "consume":
		if len(rest) > 2 && rest[2] == "consumer" {
			base = append(base, kgo.ServerSideBalancer())
		}
		consume(ctx, append(base, kgo.ConsumerGroup(rest[1]), kgo.ConsumeTopics(topic), kgo.DisableAutoCommit()), number(rest[0]))
	case "transact":
		transact(ctx, base, topic, rest[0])
	default:
		log.Fatalf("no verb %s", verb)
	}
}

func open(options []kgo.Opt, more ...kgo.Opt) *kgo.Client {
	client, err := kgo.NewClient(append(append([]kgo.Opt{}, options...), more...)...)
	check(err, "open")
	return client
}

type producer interface {
	ProduceSync(context.Context, ...*kgo.Record) kgo.ProduceResults
}

func send(ctx context.Context, client producer, name string, start, count int) {
	var records []*kgo.Record
	for index := start; index < start+count; index++ {
		records = append(records, &kgo.Record{Key: fmt.Appendf(nil, "key-%d", index%10), Value: fmt.Appendf(nil, "%s#%d", name, index),
			Headers: []kgo.RecordHeader{{Key: "n", Value: fmt.Append(nil, index)}}})
	}
	check(client.ProduceSync(ctx, records...).FirstErr(), "produce")
}

type reader interface {
	PollFetches(context.Context) kgo.Fetches
}

func read(ctx context.Context, client reader, count int) {
	for seen := 0; seen < count; {
		fetches := client.PollFetches(ctx)
		check(fetches.Err(), fmt.Sprintf("fetch after %d of %d", seen, count))
		fetches.EachRecord(func(record *kgo.Record) {
			fmt.Printf("%d\t%d\t%s\t%s\n", record.Partition, record.Offset, record.Key, record.Value)
		})
		seen += fetches.NumRecords()
	}
}

func consume(ctx context.Context, options []kgo.Opt, count int) {
	client := open(options)
	read(ctx, client, count)
	check(client.CommitUncommittedOffsets(ctx), "commit")
	client.Close()
}

// One transaction committed, one aborted, and one that moves a group's offsets with its records.
func transact(ctx context.Context, base []kgo.Opt, topic, name string) {
	client := open(base, kgo.TransactionalID(name))
	for _, outcome := range []kgo.TransactionEndTry{kgo.TryCommit, kgo.TryAbort} {
		check(client.BeginTransaction(), "begin")
		start := 0
		if outcome == kgo.TryAbort {
			start = 10
		}
		send(ctx, client, name, start, 10)
		check(client.EndTransaction(ctx, outcome), "end")
	}
	client.Close()

	session, err := kgo.NewGroupTransactSession(append(append([]kgo.Opt{}, base...), kgo.TransactionalID(name), kgo.ConsumerGroup(name+"-group"),
		kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.RequireStableFetchOffsets())...)
	check(err, "session")
	read(ctx, session, 10)
	check(session.Begin(), "begin")
	send(ctx, session, name, 20, 10)
	committed, err := session.End(ctx, kgo.TryCommit)
	check(err, "end")
	if !committed {
		log.Fatal("the session did not commit")
	}
	session.Close()
	fmt.Println("--")
	plain := open(base, kgo.ConsumeTopics(topic), kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	read(ctx, plain, 20)
	plain.Close()
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
