"""Stands in for Memos: memos.py PORT PLACE NAME. It answers, and says when it is not the only one."""
import fcntl
import http.server
import sys

PORT, PLACE, NAME = int(sys.argv[1]), sys.argv[2], sys.argv[3]


def note(file):
    with open(f"{PLACE}/{file}", "a") as out:
        out.write(f"{NAME}\n")


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


# Given back by the kernel in the moment in which the process is dead, however it dies.
serving = open(f"{PLACE}/serving", "a")
try:
    fcntl.flock(serving, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    note("two")
note("served")
http.server.HTTPServer(("127.0.0.1", PORT), Answer).serve_forever()
