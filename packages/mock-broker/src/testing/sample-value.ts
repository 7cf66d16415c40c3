import type { AnyApi } from '@eventstream/kafka-protocol';

type Fields = AnyApi['request']['fields'];
type Field = Fields[string];

/** A request with one element in every list and plain values everywhere, as version `version` can carry it. */
export function sampleRequest(api: AnyApi, version: number): Record<string, unknown> {
  return struct(api.request.fields, version);
}

function struct(fields: Fields, version: number): Record<string, unknown> {
  const carried = Object.entries(fields).filter(
    ([, { versions }]) => version >= versions.from && version <= versions.to,
  );
  return Object.fromEntries(carried.map(([name, field]) => [name, sample(field, version)]));
}

function sample(field: Field, version: number): unknown {
  switch (field.type) {
    case 'bool':
      return false;
    case 'int64':
      return 0n;
    case 'string':
      return 'sample';
    case 'uuid':
      return '00000000-0000-0000-0000-000000000000';
    case 'bytes':
    case 'records':
      return new Uint8Array(0);
    case 'array':
      return [sample(field.element!, version)];
    case 'struct':
      return struct(field.fields!, version);
    default:
      return 0;
  }
}
