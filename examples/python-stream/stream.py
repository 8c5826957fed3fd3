#!/usr/bin/env python3
"""Hands in each line of standard input as a task, and prints each result as it comes.

usage: stream.py [--url http://localhost:4000] TYPE < lines

One connection (docs/stream.md), only Python's standard library. A thread sends, while this one reads.
"""
import argparse
import http.client
import json
import sys
import threading
import urllib.parse


def connect(url):
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname, address.port or 80, timeout=60)
    connection.putrequest("POST", "/tasks/stream")
    connection.putheader("Content-Type", "application/x-ndjson")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders()
    return connection


def send(sock, lines, task_type, credit):
    """Not more at a time than there is credit for; the dispatcher would not read them either."""
    for number, line in enumerate(lines, 1):
        credit.acquire()
        task = {"ref": number, "type": task_type, "payload": line.rstrip("\n")}
        data = json.dumps(task).encode() + b"\n"
        sock.sendall(b"%x\r\n%s\r\n" % (len(data), data))
    sock.sendall(b"0\r\n\r\n")  # the last line was sent; the answer ends after the last result


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--url", default="http://localhost:4000")
    arguments.add_argument("type")
    given = arguments.parse_args()

    connection = connect(given.url)
    sock = connection.sock  # getresponse() may give it away
    answer = connection.getresponse()  # comes at once, and its lines later
    if answer.status != 200:
        sys.exit("refused: " + answer.read().decode())
    credit = threading.Semaphore(int(answer.headers["Tasknet-Credit"]))
    threading.Thread(target=send, args=(sock, sys.stdin, given.type, credit), daemon=True).start()

    failed = 0
    for line in answer:
        if not line.strip():
            continue  # only says that the dispatcher is there
        told = json.loads(line)
        if "ref" not in told:
            sys.exit("the stream ends: " + told["problem"]["detail"])
        credit.release()
        if told.get("state") == "COMPLETED":
            print(told["ref"], json.dumps(told["result"]), flush=True)
        else:
            failed += 1
            reason = told.get("problem", {}).get("detail") or told.get("error", {}).get("message") or told.get("state")
            print(told["ref"], "failed:", reason, flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
