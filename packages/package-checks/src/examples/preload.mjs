// Loaded before every example.
import net from 'node:net';

// An example states what it shows with console.assert, which by itself only prints.
console.assert = (condition, ...values) => {
  if (!condition) throw new Error(['Assertion failed', ...values].join(' '));
};

// Pages say localhost:9092, as their readers will; here that is the page's mock broker on its free port.
const target = Number(process.env.KAFKA_BROKERS?.split(',')[0]?.split(':').at(-1));
const connect = net.Socket.prototype.connect;
if (target > 0) {
  net.Socket.prototype.connect = function (...args) {
    // net.connect hands over its arguments normalized, as one array.
    const options = Array.isArray(args[0]) ? args[0][0] : args[0];
    if (options !== null && typeof options === 'object' && isDefaultBroker(options)) options.port = target;
    return connect.apply(this, args);
  };
}

function isDefaultBroker({ host, port }) {
  return Number(port) === 9092 && ['localhost', '127.0.0.1'].includes(host);
}
