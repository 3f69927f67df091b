#!/usr/bin/env python3
"""The two endpoints of Memos that our scripts use, over real HTTP, with a log of every request that changes something.

endpoint.py PORT LOG VERSION NEEDS_SETUP BLANK STATUS: NEEDS_SETUP is true or false, and told by the fields that VERSION has; BLANK
comes before their values in the answer, STATUS is the answer to a sign-up; 200 makes NEEDS_SETUP false.
"""

import http.server
import sys

port, log, version, needs_setup, blank, status = sys.argv[1:]


class Endpoint(http.server.BaseHTTPRequestHandler):
    def answer(self, code, body):
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if self.path != "/api/v1/instance/profile":
            return self.answer(404, b"{}")
        admin = "null" if needs_setup == "true" else '{"name":"users/1"}'
        fields = '"version":"%s","admin":%s%s' % (version, blank, admin)
        if version == "0.30.0":
            fields += ',"needsSetup":%s%s' % (blank, needs_setup)
        self.answer(200, ("{%s}" % fields).encode())

    def do_POST(self):
        global needs_setup
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(log, "a") as file:
            print(self.command, self.path, self.headers["Content-Type"], body, file=file)
        if status == "200":
            needs_setup = "false"
        self.answer(int(status), b"{}")

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Endpoint).serve_forever()
