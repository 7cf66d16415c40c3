export type {
  AclFilter,
  AclOperation,
  AclResource,
  AclRule,
  BrokerInfo,
  ClusterInfo,
  ConfigInfo,
  ConfigResource,
  GroupInfo,
  GroupListing,
  KafkaAdmin,
  TopicInfo,
} from './admin/types.ts';
export type { AssignorName } from './group/assignors/named.ts';
export { type KafkaTransport, kafka } from './kafka-transport.ts';
export type { CompressionName, GroupProtocol, KafkaOptions, SaslOptions, TlsOptions } from './options.ts';
