"""What TLS costs the server: bets stored a second with TLS by without, also beside 1,000 idle connections; handshakes a
second; the memory of an idle connection.

Client and server share the machine's processors: what a client's part costs is in each figure, too.
"""

import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile

import contenders
import load
import memory
import rounds
import scale
import servers

sys.path.append(os.path.join(contenders.HERE, "..", "e2e"))     # last: names of ours are there, too
from certificates import Authority  # noqa: E402

PLAIN, SECURE = "without TLS", "with TLS"
AGENCIES = range(1, 6)
BETS = 300_000
IDLE_BESIDE = 1000
IDLE_MEASURED = 2000
HANDSHAKES = 4000


class SecureSorteo(contenders.Sorteo):
    """sorteo-server over TLS 1.3, with certificates of P-256."""

    name = "sorteo-server over TLS"
    peer = "sorteo-tls"

    def prepare(self):
        self.ca = Authority(self.folder)
        self.certificate, self.key = self.ca.sign("server", "DNS:localhost", "IP:127.0.0.1")
        self.holder = self.ca.agency(*AGENCIES)
        self.of_clients = {"SORTEO_TLS_CA": self.ca.certificate, "SORTEO_TLS_CERT": self.holder[0],
                           "SORTEO_TLS_KEY": self.holder[1]}
        os.environ.update(self.of_clients)

    def __exit__(self, *error):
        """Another server would take them for its own."""
        for name in self.of_clients:
            os.environ.pop(name, None)
        super().__exit__(*error)

    def command(self):
        plain = super().command()
        at = plain.index("--listen")
        return [*plain[:at], "--tls-listen", *plain[at + 1:], "--tls-cert", self.certificate, "--tls-key", self.key,
                "--tls-client-ca", self.ca.certificate]

    def find_address(self, log):
        found = re.search(r"action: listen \| result: success \| stream: agency_tls \| address: (\S+)", log)
        return found and found[1]

    def connect(self, count):
        """Connections with a complete handshake, which say nothing."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.ca.certificate)
        context.load_cert_chain(*self.holder)
        context.set_alpn_protocols(["sorteo/wide"])
        host, port = self.address.rsplit(":", 1)
        return [context.wrap_socket(socket.create_connection((host, int(port))), server_hostname="localhost")
                for _ in range(count)]


def throughput(count):
    with tempfile.TemporaryDirectory() as folder:
        frames = load.Frames(folder)
        kinds = {PLAIN: contenders.Sorteo, SECURE: SecureSorteo}
        measures = {f"{name}{f', {idle} idle' * bool(idle)}": servers.measure(kind(), frames, BETS, idle)
                    for name, kind in kinds.items() for idle in (0, IDLE_BESIDE)}
        results = rounds.in_turn(measures, count, "TLS")
    servers.print_results(results, PLAIN, is_peer=False)
    return results


def handshakes():
    with SecureSorteo() as server:
        done = subprocess.run([contenders.program("bench", "server", "handshakes"), server.address, str(HANDSHAKES)],
                              stdout=subprocess.PIPE, check=True, text=True)
    figures = json.loads(done.stdout)
    return figures["handshakes"] / figures["seconds"]


def own_kb(server):
    return sum(memory.status_kb(pid, "RssAnon") for pid in server.processes())


def idle_bytes():
    """The first of them make ready what all use, and are not counted."""
    with SecureSorteo() as server:
        peers = server.connect(IDLE_MEASURED // 2)
        before = own_kb(server)
        peers += server.connect(IDLE_MEASURED)
        after = own_kb(server)
        for peer in peers:
            peer.close()
    return (after - before) * 1024 / IDLE_MEASURED


def tls(count):
    print("TLS: five connections, batches of 150\n")
    scale.raise_limits()
    found = {"throughput": throughput(count), "handshakes_per_second": rounds.median(
        [{"figure": handshakes()} for _ in range(min(count, 3))], "figure"), "idle_bytes": idle_bytes()}
    times, least, most = rounds.ratio(found["throughput"], SECURE, PLAIN, "bets_per_second")
    rounds.print_table(["of TLS", "figure"], [
        ["bets a second by those without", f"{times:.2f} ({least:.2f}–{most:.2f})"],
        ["handshakes a second, both ends on this machine", f"{found['handshakes_per_second']:,.0f}"],
        [f"an idle connection, of {IDLE_MEASURED:,}", f"{found['idle_bytes']:,.0f} bytes"]])
    return found
