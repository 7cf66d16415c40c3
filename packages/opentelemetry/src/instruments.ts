import { type Counter, type Histogram, type Meter, ValueType } from '@opentelemetry/api';
import { durationBuckets, metricTable } from './semconv.ts';

/** The four messaging metrics as instruments of one meter. */
export interface Instruments {
  readonly operationDuration: Histogram;
  readonly processDuration: Histogram;
  readonly sentMessages: Counter;
  readonly consumedMessages: Counter;
}

type MetricRow = (typeof metricTable)[keyof typeof metricTable];

/** Makes the instruments, units, descriptions and buckets as the conventions say. */
export function createInstruments(meter: Meter): Instruments {
  const histogram = ({ name, unit, description }: MetricRow): Histogram =>
    meter.createHistogram(name, {
      unit,
      description,
      valueType: ValueType.DOUBLE,
      advice: { explicitBucketBoundaries: [...durationBuckets] },
    });
  const counter = ({ name, unit, description }: MetricRow): Counter =>
    meter.createCounter(name, { unit, description, valueType: ValueType.INT });
  return {
    operationDuration: histogram(metricTable.operationDuration),
    processDuration: histogram(metricTable.processDuration),
    sentMessages: counter(metricTable.sentMessages),
    consumedMessages: counter(metricTable.consumedMessages),
  };
}
