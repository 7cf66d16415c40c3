// Franz-go's fake cluster of one node, in a process of its own.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

type settings struct {
	Topic      string `json:"topic"`
	Partitions int32  `json:"partitions"`
}

func main() {
	var given settings
	if err := json.Unmarshal([]byte(os.Getenv("BENCH_SETTINGS")), &given); err != nil {
		panic(err)
	}
	cluster := kfake.MustCluster(kfake.NumBrokers(1), kfake.SeedTopics(given.Partitions, given.Topic))
	defer cluster.Close()
	stopped := make(chan os.Signal, 1)
	signal.Notify(stopped, syscall.SIGTERM)
	before := cpuMicros()
	fmt.Printf("ready {\"brokers\":%q} end\n", cluster.ListenAddrs()[0])
	<-stopped
	fmt.Printf("result {\"cpuMicros\":%d} end\n", cpuMicros()-before)
}

func cpuMicros() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
}
