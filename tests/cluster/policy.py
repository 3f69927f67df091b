#!/usr/bin/env python3
"""Enforces NetworkPolicies on the nodes of the test cluster: pods, namespaces and policies in, one nftables table a node out.

    policy.py API-SERVER CA CERTIFICATE KEY NODE...

As Kubernetes documents it: policies add up; a pod that any policy selects for a direction gets nothing else in that
direction; replies and the node's own probes always pass. IPv4, TCP and UDP. It stands in for the policy engine of a CNI,
of which none can be had as a package.
"""
import http.client
import ipaddress
import json
import ssl
import subprocess
import sys
import time
from urllib.parse import urlsplit

TABLE = "ip memos-policy"


def matches(selector, labels):
    """Whether a LabelSelector (None selects nothing, {} everything) selects the labels."""
    if selector is None:
        return False
    if any(labels.get(key) != value for key, value in selector.get("matchLabels", {}).items()):
        return False
    for expression in selector.get("matchExpressions", []):
        key, values = expression["key"], expression.get("values", [])
        if not {"In": labels.get(key) in values, "NotIn": labels.get(key) not in values,
                "Exists": key in labels, "DoesNotExist": key not in labels}[expression["operator"]]:
            return False
    return True


def peers(rules, namespace, pods, namespaces):
    """For each peer of a rule its addresses, or None for everyone, and the addresses that are excepted."""
    if not rules:
        yield None, []
    for peer in rules or []:
        if "ipBlock" in peer:
            block = peer["ipBlock"]
            if ":" not in block["cidr"]:  # there is no IPv6 here
                yield [block["cidr"]], block.get("except", [])
            continue
        selector = peer.get("namespaceSelector")
        where = {namespace} if selector is None else {name for name, labels in namespaces.items() if matches(selector, labels)}
        which = peer.get("podSelector", {})
        yield [pod["ip"] for pod in pods if pod["namespace"] in where and matches(which, pod["labels"])], []


def receivers(addresses, pods):
    """The pods with one of the addresses, or all for everyone."""
    ranges = None if addresses is None else [ipaddress.ip_network(address) for address in addresses]
    return [pod for pod in pods if ranges is None or any(ipaddress.ip_address(pod["ip"]) in one for one in ranges)]


def conditions(ports, targets):
    """What nft calls the ports of a rule; named ports are looked up in the pods that receive, which only they need."""
    if not ports:
        yield ""
    for port in ports or []:
        protocol, number = port.get("protocol", "TCP").lower(), port.get("port")
        if number is None:
            yield f"meta l4proto {protocol}"
        elif isinstance(number, str):
            for found in {target["ports"].get((number, protocol)) for target in targets()} - {None}:
                yield f"{protocol} dport {found}"
        else:
            yield f"{protocol} dport {number}" + (f"-{port['endPort']}" if "endPort" in port else "")


def chain(pod, direction, policies, pods, namespaces):
    """The rules of one pod and direction, or None where no policy selects it."""
    kind, key, side = ("Ingress", "from", "saddr") if direction == "in" else ("Egress", "to", "daddr")
    mine = [policy for policy in policies if policy["metadata"]["namespace"] == pod["namespace"]
            and matches(policy["spec"].get("podSelector", {}), pod["labels"])
            and kind in policy["spec"].get("policyTypes", ["Ingress"] + (["Egress"] if "egress" in policy["spec"] else []))]
    if not mine:
        return None
    lines = []
    for policy in mine:
        for rule in policy["spec"].get(kind.lower()) or []:
            for addresses, excepted in peers(rule.get(key), policy["metadata"]["namespace"], pods, namespaces):
                if addresses == []:
                    continue
                who = "" if addresses is None else f"ip {side} {{ {', '.join(sorted(set(addresses)))} }} "
                who += f"ip {side} != {{ {', '.join(excepted)} }} " if excepted else ""
                ports = conditions(rule.get("ports"), lambda: [pod] if direction == "in" else receivers(addresses, pods))
                lines += [f"{who}{port} counter return".strip() for port in ports]
    return lines + ["counter drop"]


def ruleset(node, policies, pods, namespaces):
    """The whole table of a node."""
    chains, jumps = [], []
    for pod in pods:
        for direction, side in (("out", "saddr"), ("in", "daddr")) if pod["node"] == node else ():
            lines = chain(pod, direction, policies, pods, namespaces)
            if lines is not None:
                name = f"{direction}-{pod['ip'].replace('.', '-')}"
                chains.append(f"chain {name} {{\n" + "\n".join(lines) + "\n}")
                jumps.append(f"ip {side} {pod['ip']} jump {name}")
    forward = ["type filter hook forward priority filter;", "ct state established,related accept", *jumps]
    body = "\n".join([*chains, "chain forward {", *forward, "}"])
    return f"table {TABLE}\ndelete table {TABLE}\ntable {TABLE} {{\n{body}\n}}\n"


def running(pod):
    """What of a pod the rules need, or None where it has no address of its own."""
    spec, status = pod["spec"], pod.get("status", {})
    if not status.get("podIP") or spec.get("hostNetwork") or status.get("phase") not in ("Pending", "Running"):
        return None
    containers = spec["containers"] + spec.get("initContainers", [])
    ports = {(port.get("name"), port.get("protocol", "TCP").lower()): port["containerPort"]
             for container in containers for port in container.get("ports", [])}
    metadata = pod["metadata"]
    return {"namespace": metadata["namespace"], "labels": metadata.get("labels", {}), "ip": status["podIP"],
            "node": spec["nodeName"], "ports": ports}


def main(server, authority, certificate, key, nodes):
    context = ssl.create_default_context(cafile=authority)
    context.load_cert_chain(certificate, key)
    url = urlsplit(server)
    connection = http.client.HTTPSConnection(url.hostname, url.port, context=context)

    def items(path):
        connection.request("GET", path)
        return json.load(connection.getresponse())["items"]

    loaded = {}
    while True:
        try:
            namespaces = {found["metadata"]["name"]: found["metadata"].get("labels", {}) for found in items("/api/v1/namespaces")}
            pods = [pod for pod in map(running, items("/api/v1/pods")) if pod]
            policies = items("/apis/networking.k8s.io/v1/networkpolicies")
            for node in nodes:
                rules = ruleset(node, policies, pods, namespaces)
                if loaded.get(node) != rules:
                    words = ["nsenter", f"--net=/run/netns/memos-{node}", "nft", "-f", "-"]
                    subprocess.run(words, input=rules.encode(), check=True)
                    loaded[node] = rules
        except (OSError, http.client.HTTPException, ValueError, KeyError, subprocess.CalledProcessError) as error:
            print(error, file=sys.stderr, flush=True)
            connection.close()
        time.sleep(0.3)


main(*sys.argv[1:5], sys.argv[5:])
