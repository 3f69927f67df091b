#!/usr/bin/env python3
"""Makes the images of the test cluster from Debian's packages and from our own programs, without a registry or Docker.

    image.py OUTPUT PROGRAMS

Each becomes an OCI layout below OUTPUT, such as `docker.io/library/postgres/18`. PROGRAMS is the folder of what
`scripts/install-tools` built. An image has the name that manifests carry, and of the published one its entrypoint, signals
and working directory, or a small script that does the same for us (`images/`). Packages' install scripts are not run.
"""
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile

HERE = pathlib.Path(__file__).parent
# The programs that Alpine's BusyBox is here; ours is built with its options.
ALPINE = ["sh", "cat", "env", "grep", "id", "kill", "mkfifo", "mv", "nc", "nslookup", "printenv", "rm", "sed", "sleep", "timeout", "tr", "wget"]
# What packages name and only their install scripts or their services use.
UNUSED = re.compile(
    r"adduser|cdebconf|dbus.*|debconf.*|dpkg|gcc-.*-base|init.*|locales.*|lsb-.*|openrc|openssl.*|passwd|perl.*|libperl.*|login.*"
    r"|postgresql-common.*|postgresql-client-common|python3.*|ssl-cert|systemd.*|sysvinit-utils|ucf|media-types")
PACKAGED = {
    "docker.io/library/postgres:18": {
        "release": "forky",
        "packages": ["postgresql-18", "libnss-wrapper", "bash", "coreutils", "dash", "grep", "libc-bin", "sed"],
        "config": {"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres"], "StopSignal": "SIGINT",
                   "Env": ["PATH=/usr/local/bin:/usr/lib/postgresql/18/bin:/usr/bin:/bin", "LANG=C.UTF-8"]},
        "overlay": "postgres", "alpine": False,
    },
    # The client alone, which the keepers of a Memos with a standby are.
    "docker.io/library/postgres:18-alpine": {
        "release": "forky", "packages": ["postgresql-client-18"],
        "config": {"Entrypoint": ["docker-entrypoint.sh"], "Cmd": ["postgres"],
                   "Env": ["PATH=/usr/local/bin:/usr/lib/postgresql/18/bin:/usr/bin:/bin"]},
        "links": {"usr/bin/psql": "../lib/postgresql/18/bin/psql"},
    },
    "docker.io/valkey/valkey:8.1-alpine": {
        "release": "trixie", "packages": ["valkey-server", "valkey-sentinel", "valkey-tools"],
        "config": {"Cmd": ["valkey-server"], "WorkingDir": "/data"},
        "links": {f"usr/bin/redis-{name}": f"valkey-{name}" for name in ("server", "cli", "sentinel")},
    },
    "docker.io/library/haproxy:3.2-alpine": {
        "release": "forky", "packages": ["haproxy"],
        "config": {"Cmd": ["haproxy", "-f", "/usr/local/etc/haproxy/haproxy.cfg"], "StopSignal": "SIGUSR1"},
        "links": {"usr/local/sbin/haproxy": "../../sbin/haproxy"},
    },
    "docker.io/edoburu/pgbouncer:v1.25.2-p0": {
        "release": "forky", "packages": ["pgbouncer"],
        "config": {"Cmd": ["/usr/bin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"]},
        "links": {"usr/bin/pgbouncer": "../sbin/pgbouncer"},
    },
}
# Images of static programs, with the paths that they have there.
MEMOS = {
    "programs": {"memos": "usr/local/memos/memos", "memos-entrypoint.sh": "usr/local/memos/entrypoint.sh"},
    "config": {"Entrypoint": ["/usr/local/memos/entrypoint.sh", "/usr/local/memos/memos"],
               "WorkingDir": "/var/opt/memos", "Env": ["TZ=UTC", "MEMOS_PORT=5230"]},
}
STATIC = {
    "ghcr.io/usememos/memos:0.30.0": MEMOS,
    # Nobody publishes an image that shares its cache. The stock one does for the network, not for sessions.
    "registry.invalid/memos-shared-cache:0.30.0": MEMOS,
    "registry.k8s.io/coredns/coredns:v1.14.7": {"programs": {"coredns": "coredns"}, "config": {"Entrypoint": ["/coredns"]}},
    "registry.k8s.io/metrics-server/metrics-server:v0.9.0": {
        "programs": {"metrics-server": "metrics-server"}, "config": {"Entrypoint": ["/metrics-server"]}},
    # The first process of every pod does nothing until it is told to end.
    "registry.k8s.io/pause:3.10": {
        "config": {"Entrypoint": ["/bin/sh", "-c", "trap 'exit 0' TERM INT; sleep 2147483647 & wait"]}},
    "docker.io/library/busybox:1.37": {"config": {"Cmd": ["sh"]}},
}
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def releases(work):
    """For each release the options that make apt see it alone."""
    options = {}
    for release in sorted({recipe["release"] for recipe in PACKAGED.values()}):
        lists, sources = work / release / "lists", work / release / "sources.list"
        (lists / "partial").mkdir(parents=True)
        sources.write_text("deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] "
                           f"http://deb.debian.org/debian {release} main\n")
        options[release] = ["-o", f"Dir::Etc::sourcelist={sources}", "-o", "Dir::Etc::sourceparts=-",
                            "-o", f"Dir::State::lists={lists}"]
        subprocess.run(["apt-get", *options[release], "update", "-q"], check=True)
    return options


def packages(options, wanted, root, files):
    """Unpacks packages, and those that they depend on, into a root directory."""
    files.mkdir()
    subprocess.run(["apt-get", *options, "download", "-q", *sorted(closure(options, wanted))], check=True, cwd=files)
    for file in sorted(files.iterdir()):
        content = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE)
        subprocess.run(["tar", "x", "--keep-directory-symlink", "-C", root], stdin=content.stdout, check=True)
        if content.wait():
            raise SystemExit(f"{file.name} cannot be unpacked")
    for folder in ("doc", "info", "locale", "man", "lintian", "bash-completion"):
        shutil.rmtree(root / "usr/share" / folder, ignore_errors=True)


def closure(options, wanted):
    """The packages and all that they depend on, without what only install scripts need."""
    found, ahead = set(), list(wanted)
    kinds = ["recommends", "suggests", "conflicts", "breaks", "replaces", "enhances"]
    while ahead:
        words = ["apt-cache", *options, "depends", *(f"--no-{kind}" for kind in kinds), *ahead]
        found.update(ahead)
        lines = subprocess.run(words, check=True, capture_output=True, text=True).stdout.splitlines()
        # Of alternatives, which follow each other with a bar, the first is taken.
        named = [line.split("Depends: ")[1] for before, line in zip(["", *lines], lines)
                 if "Depends: " in line and not before.startswith(" |")]
        ahead = [name for name in dict.fromkeys(named) if "<" not in name and name not in found and not UNUSED.fullmatch(name)]
    return found


def base(root):
    """The folders of every image."""
    for folder in ("usr/bin", "usr/sbin", "usr/lib", "usr/lib64", "usr/local/sbin", "etc", "proc", "sys", "dev", "run", "tmp", "var"):
        (root / folder).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "var/run").symlink_to("/run")
    (root / "tmp").chmod(0o1777)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n")
    (root / "etc/group").write_text("root:x:0:\nnogroup:x:65534:\n")


def layout(root, folder, name, config):
    """Writes a root directory as an OCI layout: the same bytes for the same files."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)
    layer = folder / "layer"
    with tarfile.open(layer, "w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            member = archive.gettarinfo(path, str(path.relative_to(root)))
            member.uid = member.gid = member.mtime = 0
            member.uname = member.gname = ""
            with open(path, "rb") if member.isreg() else open(os.devnull, "rb") as content:
                archive.addfile(member, content if member.isreg() else None)
    with open(layer, "rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    size = layer.stat().st_size
    layer.rename(blobs / digest)

    def blob(kind, document):
        text = json.dumps(document, sort_keys=True).encode()
        of = hashlib.sha256(text).hexdigest()
        (blobs / of).write_bytes(text)
        return {"mediaType": f"application/vnd.oci.image.{kind}.v1+json", "digest": f"sha256:{of}", "size": len(text)}

    described = blob("config", {"architecture": "amd64", "os": "linux", "config": {"Env": [PATH], **config},
                                "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]}})
    of = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": f"sha256:{digest}", "size": size}
    manifest = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": described, "layers": [of]}
    index = {"schemaVersion": 2, "manifests": [blob("manifest", manifest)]}
    (folder / "index.json").write_text(json.dumps(index))
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    print(f"{name}: {size >> 20} MiB")


def make(output, programs, name, recipe, options):
    with tempfile.TemporaryDirectory() as temporary:
        root = pathlib.Path(temporary) / "root"
        base(root)
        if "packages" in recipe:
            packages(options[recipe["release"]], recipe["packages"], root, root.parent / "packages")
        for program, path in recipe.get("programs", {}).items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(programs / program, root / path)
        links = dict(recipe.get("links", {}))
        if recipe.get("alpine", True):
            shutil.copy(programs / "busybox", root / "bin/busybox")
            links.update({f"usr/bin/{applet}": "busybox" for applet in ALPINE})
        for path, target in links.items():
            (root / path).unlink(missing_ok=True)
            (root / path).symlink_to(target)
        if "overlay" in recipe:
            shutil.copytree(HERE / "images" / recipe["overlay"], root, symlinks=True, dirs_exist_ok=True)
        (root / recipe["config"].get("WorkingDir", "/").lstrip("/")).mkdir(parents=True, exist_ok=True)
        repository, tag = name.rsplit(":", 1)
        shutil.rmtree(output / repository / tag, ignore_errors=True)
        layout(root, output / repository / tag, name, recipe["config"])


def main(output, programs):
    with tempfile.TemporaryDirectory() as work:
        options = releases(pathlib.Path(work))
        for name, recipe in {**PACKAGED, **STATIC}.items():
            make(output, programs, name, recipe, options)


main(*map(pathlib.Path, sys.argv[1:]))
