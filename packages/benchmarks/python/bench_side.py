"""What the benchmarks' Python programs share: settings in, one line of JSON out."""

import json
import os
import resource
import signal
import time


def settings():
    return json.loads(os.environ["BENCH_SETTINGS"])


def cpu_micros():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return (usage.ru_utime + usage.ru_stime) * 1e6


def report(result):
    print("result " + json.dumps(result) + " end", flush=True)


def serve_until_stopped(ready):
    """Says that this program serves, and reports its CPU when it is told to stop."""
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    before = cpu_micros()
    print("ready " + json.dumps(ready) + " end", flush=True)
    while not stopped:
        time.sleep(0.05)
    report({"cpuMicros": cpu_micros() - before})
