import type { RequestContext } from '../dispatch/context.ts';
import type { TelemetryClient } from './telemetry.ts';

/** What is known of the client that sent a request, by the names subscriptions match it by. */
export function telemetryClientOf({
  nodeId,
  clientId,
  clientHost,
  clientPort,
  session,
}: RequestContext): TelemetryClient {
  return {
    nodeId,
    facts: {
      client_id: clientId,
      client_software_name: session.software.name,
      client_software_version: session.software.version,
      client_source_address: clientHost.replace('/', ''),
      client_source_port: String(clientPort),
    },
  };
}
