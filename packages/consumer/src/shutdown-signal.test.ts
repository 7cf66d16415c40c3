import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import { type SignalSource, shutdownSignal } from './shutdown-signal.ts';

function fakeProcess() {
  const exits: number[] = [];
  const emitter = new EventEmitter();
  return { emitter, exits, process: Object.assign(emitter, { exit: (code: number) => exits.push(code) }) };
}

describe('the shutdown signal', () => {
  test('fires once the process is asked to end, and the second request ends it hard', () => {
    const { emitter, exits, process } = fakeProcess();
    const signal = shutdownSignal({ process });
    expect(signal.aborted).toBe(false);
    emitter.emit('SIGTERM');
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toMatchObject({ message: 'The process received SIGTERM.' });
    expect(exits).toEqual([]);
    emitter.emit('SIGINT');
    expect(exits).toEqual([130]);
    emitter.emit('SIGTERM');
    expect(exits).toEqual([130, 143]);
  });

  test('listens to the signals one names', () => {
    const { emitter, process } = fakeProcess();
    const signal = shutdownSignal({ process, signals: ['SIGHUP'] });
    emitter.emit('SIGINT');
    expect(signal.aborted).toBe(false);
    emitter.emit('SIGHUP');
    expect(signal.aborted).toBe(true);
  });

  test('says so where there is no process', () => {
    expect(() => shutdownSignal({ process: {} as SignalSource })).toThrow(
      'Option "process": is missing: this runtime has no process signals.',
    );
  });
});
