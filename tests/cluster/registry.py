#!/usr/bin/env python3
"""A registry that serves OCI layouts: every node's mirror of all registries, so that manifests keep their image names.

    registry.py ADDRESS PORT FOLDER...

An image of `ghcr.io/usememos/memos:0.30.0` is the layout `ghcr.io/usememos/memos/0.30.0` below one of the folders.
"""
import http.server
import json
import pathlib
import re
import shutil
import sys
from urllib.parse import parse_qs, urlsplit

FOLDERS = [pathlib.Path(folder) for folder in sys.argv[3:]]
MANIFEST = "application/vnd.oci.image.manifest.v1+json"


def found(registry, repository, kind, reference):
    """The digest that is meant and the file that has it, or nothing."""
    for folder in FOLDERS:
        of = folder / registry / repository
        if ":" not in reference:
            index = of / reference / "index.json"
            digest = json.loads(index.read_text())["manifests"][0]["digest"] if index.is_file() else None
        else:
            digest = reference
        for blob in of.glob(f"*/blobs/sha256/{digest.split(':')[1]}") if digest else ():
            return digest, blob
    return None, None


class Answers(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.answer(with_content=False)

    def do_GET(self):
        self.answer(with_content=True)

    def answer(self, with_content):
        url = urlsplit(self.path)
        asked = re.fullmatch(r"/v2/(.+)/(manifests|blobs)/([\w.:-]+)", url.path)
        digest, blob = found(parse_qs(url.query).get("ns", ["docker.io"])[0], *asked.groups()) if asked else (None, None)
        if blob is None:
            self.send_response(200 if url.path == "/v2/" else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Content-Type", MANIFEST if asked[2] == "manifests" else "application/octet-stream")
        self.send_header("Content-Length", str(blob.stat().st_size))
        self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if with_content:
            with open(blob, "rb") as content:
                shutil.copyfileobj(content, self.wfile)


http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Answers).serve_forever()
