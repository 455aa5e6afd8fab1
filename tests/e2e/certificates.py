"""Certificates for tests, made with openssl: a CA, what it signs, and what it revokes.

Each test that asks for one makes it, in a folder that is removed when the test is over.
"""

import functools
import os
import shutil
import subprocess
import tempfile
import time

from world import Skip

CONFIG = """
[ca]
default_ca = d
[d]
database = {0}.index
rand_serial = yes
new_certs_dir = .
default_md = sha256
policy = p
unique_subject = no
[p]
commonName = supplied
"""
DAY = 24 * 3600
YESTERDAY_TO_TOMORROW = (-1, 1)


def dates_of(days):
    """Days from now, as openssl takes them."""
    return [time.strftime("%Y%m%d%H%M%SZ", time.gmtime(time.time() + DAY * day)) for day in days]


class Authority:
    """Makes certificates, all of one CA. Files are named after whom they are for."""

    def __init__(self, folder, name="CA", by=None):
        """`by`: the authority that signs its certificate, or None for itself."""
        if shutil.which("openssl") is None:
            raise Skip("needs openssl to make certificates")
        self.folder = folder
        self.name = name
        self.write(f"{name}.cnf", CONFIG.format(name))
        self.write(f"{name}.index", "")
        signed = ["-CA", by.certificate, "-CAkey", by.path(f"{by.name}.key")] if by else []
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                     f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN={name if by else 'lottery'}", "-days", "99",
                     *signed)
        self.certificate = self.path(f"{name}.crt")

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    def openssl(self, *arguments):
        done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False, cwd=self.folder)
        if done.returncode != 0:
            raise AssertionError(f"openssl {' '.join(arguments)}: {done.stderr}")

    def sign(self, name, *sans, days=YESTERDAY_TO_TOMORROW):
        """Returns the paths of a certificate, which holds between these days from now, and of its key."""
        dates = dates_of(days)
        self.write(f"{name}.ext", "basicConstraints=critical,CA:FALSE\n"
                   + (f"subjectAltName={','.join(sans)}\n" if sans else ""))
        self.openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                     f"{name}.key", "-out", f"{name}.csr", "-subj", f"/CN={name}")
        self.openssl("ca", "-batch", "-notext", "-config", f"{self.name}.cnf", "-cert", f"{self.name}.crt", "-keyfile",
                     f"{self.name}.key", "-in", f"{name}.csr", "-out", f"{name}.crt", "-extfile", f"{name}.ext",
                     "-startdate", dates[0], "-enddate", dates[1])
        return self.path(f"{name}.crt"), self.path(f"{name}.key")

    @functools.lru_cache(maxsize=None)
    def agency(self, *numbers):
        name = "agency-" + "-".join(str(number) for number in numbers)
        return self.sign(name, *(f"URI:urn:sorteo:agency:{number}" for number in numbers))

    def chain(self, depth):
        """A certificate of agency 7, as `agency`, with so many others between it and this authority in its file."""
        authorities = [self]
        for number in range(depth):
            authorities.append(Authority(self.folder, f"link-{number}", authorities[-1]))
        holder = authorities[-1].sign(f"end-{depth}", "URI:urn:sorteo:agency:7")
        with open(holder[0], "a", encoding="ascii") as file:
            for authority in reversed(authorities[1:]):
                with open(authority.certificate, encoding="ascii") as link:
                    file.write(link.read())
        return holder

    def revoke(self, certificate):
        self.openssl("ca", "-config", f"{self.name}.cnf", "-cert", f"{self.name}.crt", "-keyfile", f"{self.name}.key",
                     "-revoke", certificate)

    def revocations(self, days=(0, 9)):
        """The path of a CRL with what is revoked now, which holds between these days from now."""
        dates = dates_of(days)
        self.openssl("ca", "-gencrl", "-config", f"{self.name}.cnf", "-cert", f"{self.name}.crt", "-keyfile",
                     f"{self.name}.key", "-crl_lastupdate", dates[0], "-crl_nextupdate", dates[1], "-out",
                     f"{self.name}.crl")
        return self.path(f"{self.name}.crl")


class Secrets:
    """What a server over TLS needs, below a test's folder."""

    def __init__(self, folder):
        self.ca = Authority(tempfile.mkdtemp(dir=folder))
        self.certificate, self.key = self.ca.sign("server", "DNS:localhost", "IP:127.0.0.1")

    def options(self, **more):
        return {"listen": None, "bet_listen": None, "tls_listen": "127.0.0.1:0", "tls_bet_listen": "127.0.0.1:0",
                "tls_cert": self.certificate, "tls_key": self.key, "tls_client_ca": self.ca.certificate, **more}
