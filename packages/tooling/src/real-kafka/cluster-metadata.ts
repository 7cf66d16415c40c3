import { connect } from 'node:net';

/** What a broker says about its cluster: enough to know whether it is ready. */
export interface ClusterMetadata {
  /** The ids of the brokers the answering broker knows to be alive. */
  readonly brokerIds: readonly number[];
  /** -1 while the cluster has no controller. */
  readonly controllerId: number;
}

/**
 * Asks a broker for its cluster over Kafka's protocol (Metadata v1, no topics): an open port is no sign of readiness,
 * an answer with a live controller and every broker is. Rejects when the broker does not answer within `timeoutMs`.
 * Written out by hand on purpose: a launcher that stood on the project's own codec could not be used to test it.
 */
export function clusterMetadata(port: number, timeoutMs: number): Promise<ClusterMetadata> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port });
    let received = Buffer.alloc(0);
    const end = (settle: () => void) => {
      socket.destroy();
      settle();
    };
    socket.setTimeout(timeoutMs, () =>
      end(() => reject(new Error(`127.0.0.1:${port} did not answer in ${timeoutMs} ms.`))),
    );
    socket.once('error', (error) => end(() => reject(error)));
    socket.once('close', () => reject(new Error(`127.0.0.1:${port} closed the connection without an answer.`)));
    socket.once('connect', () => socket.write(metadataRequest()));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readInt32BE(0)) return;
      const answer = received.subarray(4);
      end(() => resolve(readAnswer(answer)));
    });
  });
}

function metadataRequest(): Buffer {
  const clientId = Buffer.from('eventstream-probe');
  const request = Buffer.alloc(4 + 10 + clientId.length + 4);
  request.writeInt32BE(request.length - 4, 0);
  request.writeInt16BE(3, 4); // api key: Metadata
  request.writeInt16BE(1, 6); // version
  request.writeInt32BE(1, 8); // correlation id
  request.writeInt16BE(clientId.length, 12);
  clientId.copy(request, 14);
  request.writeInt32BE(0, 14 + clientId.length); // an empty list of topics: none (null would mean all)
  return request;
}

function readAnswer(answer: Buffer): ClusterMetadata {
  let at = 4; // past the correlation id
  const skipString = () => {
    const length = answer.readInt16BE(at);
    at += 2 + Math.max(length, 0);
  };
  const count = answer.readInt32BE(at);
  at += 4;
  const brokerIds: number[] = [];
  for (let index = 0; index < count; index += 1) {
    brokerIds.push(answer.readInt32BE(at));
    at += 4;
    skipString(); // host
    at += 4; // port
    skipString(); // rack
  }
  return { brokerIds: brokerIds.sort((a, b) => a - b), controllerId: answer.readInt32BE(at) };
}
