"""Authorities and certificates for a test, made with the openssl program."""

import pathlib
import subprocess


def run(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


class Authority:
    """A certificate authority in a folder of its own."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder) / name
        self.folder.mkdir()
        self.certificate = self.folder / "ca.pem"
        self.key = self.folder / "ca_key.pem"
        self.config = self.folder / "ca.conf"
        (self.folder / "index.txt").touch()
        (self.folder / "serial").write_text("1000\n")
        self.config.write_text(
            "[ca]\ndefault_ca=own\n[own]\n"
            f"database={self.folder}/index.txt\nserial={self.folder}/serial\n"
            f"new_certs_dir={self.folder}\ncertificate={self.certificate}\n"
            f"private_key={self.key}\ndefault_md=sha256\npolicy=any\nunique_subject=no\n"
            "default_crl_days=30\ncopy_extensions=copy\n"
            "[any]\ncommonName=supplied\n")
        run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-days", "365", "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.certificate)

    def issue(self, name, start="20200101000000Z", end="20491231235959Z"):
        """Certificate and key files of `name`."""
        certificate, key = self.folder / f"{name}.pem", self.folder / f"{name}_key.pem"
        request = self.folder / f"{name}.csr"
        run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-subj", f"/CN={name}", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", key, "-out", request)
        run("ca", "-batch", "-notext", "-config", self.config, "-startdate", start, "-enddate", end,
            "-in", request, "-out", certificate)
        return certificate, key

    def revoke(self, certificate):
        run("ca", "-config", self.config, "-revoke", certificate)

    def revoked_list(self):
        path = self.folder / "crl.pem"
        run("ca", "-config", self.config, "-gencrl", "-out", path)
        return path
