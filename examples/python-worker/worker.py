#!/usr/bin/env python3
"""A Tasknet worker in Python, written from docs/protocol.md with the standard library alone.

The main thread receives, sends, and owns all state; each handler runs in a thread of its own and
hands its outcome back through a queue. Change handle() to make it do something else.
"""
import argparse, json, queue, random, re, signal, socket, sys, threading, time, urllib.request
from collections import OrderedDict

MAX_DATAGRAM, MAX_KEPT, KEEP_SECONDS = 1200, 10_000, 600
HEADER = re.compile(rb"TN1 [A-Za-z0-9_.-]{1,64} \d{1,19} \d{1,19}( \S+ \S+)?")
CLOSED = ("closed", "")  # the tombstone of what is over; others are (reason, detail) of a rejection


class InvalidPayload(Exception):
    pass


def handle(payload):
    """The work: returns the result, or raises."""
    if not isinstance(payload, str):
        raise InvalidPayload("the payload must be text")
    return payload.upper()


class Running:
    def __init__(self, address, timeout):
        self.address, self.deadline = address, time.monotonic() + timeout


class Ended:
    def __init__(self, address, outcome):
        self.address, self.outcome = address, outcome
        self.restart()

    def restart(self):
        self.left, self.wait = 5, 0.333 * random.uniform(1, 1.5)
        self.due = time.monotonic() + self.wait


class Kept(OrderedDict):
    """Bounded in number and in time; the oldest is forgotten first."""

    def put(self, attempt, value):
        self[attempt] = (time.monotonic(), value)
        while len(self) > MAX_KEPT or time.monotonic() - next(iter(self.values()))[0] > KEEP_SECONDS:
            self.popitem(last=False)

    def find(self, attempt):
        return self[attempt][1] if attempt in self else None


class Worker:
    def __init__(self, options):
        self.options, self.epoch, self.sequence = options, int(time.time() * 1000), 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((options.bind, options.port))
        self.socket.settimeout(0.02)
        self.stopping, self.draining = threading.Event(), False
        self.running, self.results, self.tombstones = {}, Kept(), Kept()
        self.outcomes, self.outbox = queue.SimpleQueue(), {}

    def serve(self):
        heartbeat = threading.Thread(target=self.heartbeats, daemon=True)
        heartbeat.start()
        patience = None
        while not self.draining or (self.is_busy() and time.monotonic() < patience):
            try:
                self.received(*self.socket.recvfrom(MAX_DATAGRAM + 1))
            except TimeoutError:
                pass
            while not self.outcomes.empty():
                self.end(*self.outcomes.get())
            self.timers()
            self.flush()
            if self.stopping.is_set() and not self.draining:
                self.draining, patience = True, time.monotonic() + self.options.drain
        for attempt in list(self.running):
            self.end(attempt, failed("worker-lost", "the worker stopped", True))
        self.flush()
        heartbeat.join(3)
        self.call("DELETE", f"?epoch={self.epoch}")

    def is_busy(self):
        return self.running or any(ended.left for _, ended in self.results.values())

    # ---- what arrives (sections 2, 4 and 6) ----

    def received(self, datagram, address):
        head, _, body = datagram.partition(b"\n")
        if len(datagram) > MAX_DATAGRAM or len(head) > 255 or not HEADER.fullmatch(head):
            return
        for line in filter(None, body.split(b"\n")):
            try:
                message = json.loads(line)
                attempt = message["task"], message["attempt"]
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            if isinstance(attempt[0], str) and type(attempt[1]) is int and 0 < attempt[1] < 2**31:
                self.act(message, attempt, address)

    def act(self, message, attempt, address):
        op, tombstone = message.get("op"), self.tombstones.find(attempt)
        running, ended = self.running.get(attempt), self.results.find(attempt)
        if op == "result-ack":
            if self.results.pop(attempt, None):
                self.tombstones.put(attempt, CLOSED)
        elif op not in ("execute", "probe", "cancel"):
            return
        elif op == "execute" and wrong(message):
            if not (running or ended or tombstone):
                self.reject(address, attempt, "malformed", wrong(message))
        elif running:
            running.address = address
            if op == "cancel":
                self.end(attempt, failed("cancelled", "the attempt was cancelled", False))
            else:
                self.send(address, "accepted", attempt)
        elif ended:
            if not ended.left or ended.address != address:
                ended.address = address
                ended.restart()
            self.send(address, "result", attempt, **ended.outcome)
        elif op != "cancel" and tombstone and tombstone != CLOSED:
            self.reject(address, attempt, *tombstone)
        elif op != "execute":
            if not tombstone:
                self.tombstones.put(attempt, CLOSED)
            self.send(address, "unknown", attempt)
        elif not tombstone:
            self.begin(message, attempt, address)

    def begin(self, message, attempt, address):
        if self.draining:
            self.reject(address, attempt, "draining", "the worker is stopping")
        elif message["type"] != self.options.type:
            self.reject(address, attempt, "unknown-type", "it runs only " + self.options.type)
        elif len(self.running) == self.options.capacity:
            self.reject(address, attempt, "busy", "all slots are taken")
        else:
            self.running[attempt] = Running(address, message["timeout"] / 1000)
            threading.Thread(target=self.run, args=(attempt, message), daemon=True).start()
            self.send(address, "accepted", attempt)

    def reject(self, address, attempt, reason, detail):
        if attempt not in self.tombstones:
            self.tombstones.put(attempt, (reason, detail))
        self.send(address, "rejected", attempt, reason=reason, detail=detail)

    # ---- what ends (sections 5 and 6) ----

    def run(self, attempt, message):
        """In the handler's thread."""
        try:
            outcome = {"result": handle(payload(message))}
            json.dumps(outcome, allow_nan=False)
        except InvalidPayload as e:
            outcome = failed("invalid-payload", str(e), False)
        except Unavailable as e:
            outcome = failed("payload-unavailable", str(e), True)
        except BaseException as e:
            outcome = failed("handler-failed", f"{type(e).__name__}: {e}", True)
        self.outcomes.put((attempt, outcome))
        self.socket.sendto(b"", ("127.0.0.1", self.socket.getsockname()[1]))  # wakes the main thread

    def end(self, attempt, outcome):
        running = self.running.pop(attempt, None)
        if running:  # else it was cancelled or timed out, and has its outcome
            size, room = len(self.line("result", attempt, outcome)), MAX_DATAGRAM - len(self.header(10**18))
            if size > room:
                outcome = failed("result-too-large", f"{size} bytes; {room} can be sent", False)
            self.results.put(attempt, Ended(running.address, outcome))
            self.send(running.address, "result", attempt, **outcome)

    def timers(self):
        now = time.monotonic()
        for attempt, running in list(self.running.items()):
            if now >= running.deadline:
                self.end(attempt, failed("timeout", "it ran longer than its timeout", True))
        for attempt, (_, ended) in self.results.items():
            if ended.left and now >= ended.due:
                ended.left, ended.wait = ended.left - 1, min(2 * ended.wait, 4)
                ended.due = now + ended.wait
                self.send(ended.address, "result", attempt, **ended.outcome)

    # ---- sending (sections 2 and 3) ----

    def send(self, address, op, attempt, **fields):
        self.outbox.setdefault(address, []).append(self.line(op, attempt, fields))

    def line(self, op, attempt, fields):
        credit = self.options.capacity - len(self.running)
        message = {"op": op, "task": attempt[0], "attempt": attempt[1], **fields, "credit": credit}
        return json.dumps(message, separators=(",", ":")).encode() + b"\n"

    def header(self, sequence):
        return f"TN1 {self.options.id} {self.epoch} {sequence}\n".encode()

    def flush(self):
        for address, lines in self.outbox.items():
            while lines:
                datagram, self.sequence = self.header(self.sequence), self.sequence + 1
                while lines and len(datagram) + len(lines[0]) <= MAX_DATAGRAM:
                    datagram += lines.pop(0)
                self.socket.sendto(datagram, address)
        self.outbox = {}

    # ---- registration (section 9) ----

    def heartbeats(self):
        registration = {
            "types": [self.options.type],
            "host": self.options.host,
            "port": self.socket.getsockname()[1],
            "capacity": self.options.capacity,
            "epoch": self.epoch,
            "version": "1.0.0",
            "startedAt": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "hostname": socket.gethostname(),
        }
        interval = 0
        while not self.stopping.wait(interval):
            answer = self.call("PUT", "", registration)
            interval = seconds(answer["interval"]) if answer else 1

    def call(self, method, query, body=None):
        url = f"{self.options.nameservice}/workers/{self.options.id}{query}"
        data = json.dumps(body).encode() if body else None
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                return json.load(answer)
        except (OSError, ValueError) as e:
            print(f"nameservice: {method}: {e}", file=sys.stderr, flush=True)
            if getattr(e, "code", None) == 409:
                self.stopping.set()  # a newer process has this id


def wrong(execute):
    kind, timeout = execute.get("type"), execute.get("timeout")
    if not isinstance(kind, str) or not re.fullmatch("[a-z][a-z0-9_.-]{0,63}", kind):
        return "type must be the name of a type"
    if type(timeout) is not int or not 1 <= timeout <= 86_400_000:
        return "timeout must be a number from 1 to 86400000"
    if "payloadUrl" in execute:
        return None if type(execute.get("size")) is int else "size must be a number"
    return None if "payload" in execute else "payload must be given"


class Unavailable(Exception):
    """The payload cannot be fetched."""


def payload(execute):
    if "payloadUrl" not in execute:
        return execute["payload"]
    try:
        with urllib.request.urlopen(execute["payloadUrl"], timeout=execute["timeout"] / 1000) as answer:
            body = answer.read(execute["size"] + 1)
    except (OSError, ValueError) as e:
        raise Unavailable(f"{type(e).__name__}") from e
    if len(body) != execute["size"]:
        raise Unavailable(f"{len(body)} bytes instead of {execute['size']}")
    return json.loads(body)


def failed(code, message, retryable):
    return {"error": {"code": code, "message": message[:150], "retryable": retryable}}


def seconds(duration):
    parts = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", duration).groups("0")
    return int(parts[0]) * 3600 + int(parts[1]) * 60 + float(parts[2])


def own_address(nameservice):
    """The address of this machine on the way to the nameservice; sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as unsent:
        unsent.connect((re.match("https?://([^:/]+)", nameservice)[1], 9))
        return unsent.getsockname()[0]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A Tasknet worker in Python.")
    parser.add_argument("--type", default="upper_py", help="the type of task that it runs")
    parser.add_argument("--id", help="its name, unique in the system (default: TYPE-python)")
    parser.add_argument("--nameservice", default="http://localhost:5001")
    parser.add_argument("--bind", default="0.0.0.0", help="the address to listen at")
    parser.add_argument("--host", help="the address to register (default: this machine's)")
    parser.add_argument("--port", type=int, default=0, help="its UDP port; 0 for any free one")
    parser.add_argument("--capacity", type=int, default=4, help="attempts at the same time")
    parser.add_argument("--drain", type=float, default=10, help="seconds to finish after SIGTERM")
    options = parser.parse_args()
    options.id = options.id or options.type + "-python"
    options.host = options.host or own_address(options.nameservice)
    worker = Worker(options)
    signal.signal(signal.SIGTERM, lambda *_: worker.stopping.set())
    signal.signal(signal.SIGINT, lambda *_: worker.stopping.set())
    worker.serve()
