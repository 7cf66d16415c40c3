/** What `--help` prints. */
export const help = `mock-broker: a Kafka cluster in one process, for clients of any language

usage: mock-broker [options]

  --port <port>             the first node's port, the others take the following ones; 0: free ports (default 9092)
  --nodes <count>           how many nodes (default 1)
  --topics <topics>         topics there are from the start: orders:6,invoices, or a file orders.json with
                            [{ "name": "orders", "partitions": 6, "configs": { "cleanup.policy": "compact" } }]
  --persist <directory>     keep everything there, and go on with it; what was acknowledged survives a kill -9.
                            Topics that are there already may be named again; users' passwords are kept, too
  --as-version <release>    act as an older release of Kafka, such as 3.9
  --sasl <mechanisms>       clients have to authenticate: plain, scram-sha-256, scram-sha-512, or some of them with commas
  --user <name:password>    who may; once for every user
  --tls <cert,key>          speak TLS, with PEM files
  --inspect <port>          tell over HTTP on loopback what is in the cluster; 0: on a free port
  --json                    the line that says it is ready, and errors, are JSON
  --quiet                   no line at all but errors
  --stdin                   end when stdin does; until then a line "create <topic> <partitions>" creates a topic
  --help, --version

It prints one line when it is ready, and ends with 0 at SIGINT and SIGTERM. Wrong options end it with 2, whatever else
goes wrong with 1.
`;
