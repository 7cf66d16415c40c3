import { decodeResponseFrame, encodeRequestFrame, messages } from '@eventstream/kafka-protocol';
import { passwords, type Subject } from './subjects.ts';
import { Wire } from './wire.ts';

const PATIENCE_MS = 4000;

/** The connections of a script by name; one that a broker has closed is opened anew when it is next used. */
export class Connections {
  readonly #subject: Subject;
  readonly #wires = new Map<string, Wire>();

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  async get(name: string): Promise<Wire> {
    const known = this.#wires.get(name);
    if (known?.open) return known;
    const [user = '', place] = name.split('@');
    const wire = await Wire.open(place === undefined ? this.#subject.port : this.#subject.saslPort);
    if (place !== undefined && user !== '') await authenticate(wire, user);
    this.#wires.set(name, wire);
    return wire;
  }

  close(): void {
    for (const wire of this.#wires.values()) wire.close();
  }
}

async function authenticate(wire: Wire, user: string): Promise<void> {
  const address = { version: 1, correlationId: 1, clientId: 'differential' };
  await wire.ask(encodeRequestFrame(messages.saslHandshake, address, { mechanism: 'PLAIN' }), PATIENCE_MS);
  const authBytes = Buffer.from(`\0${user}\0${passwords[user]}`);
  const fate = await wire.ask(encodeRequestFrame(messages.saslAuthenticate, address, { authBytes }), PATIENCE_MS);
  if (fate.kind !== 'frame') throw new Error(`${user} got no answer to a password: ${fate.kind}.`);
  const { errorCode } = decodeResponseFrame(messages.saslAuthenticate, 1, fate.frame).response;
  if (errorCode !== 0) throw new Error(`${user} could not authenticate: error ${errorCode}.`);
}
