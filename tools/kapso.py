"""Calls the whole surface of Kapso's TypeScript client, from npm and unmodified, against a fresh box: make kapso.

Left out are its calls about catalogues, addresses and voice, which have nothing to do with Flows and which the box
refuses with a sentence.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from newman import ROOT, Box

PACKAGE = "@kapso/whatsapp-cloud-api@0.3.0"
CACHE = ROOT / ".cache" / "kapso"


def main() -> int:
    CACHE.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(CACHE), PACKAGE], check=True)
    script = CACHE / "kapso.mjs"  # beside the package, where Node looks for it
    script.write_bytes((Path(__file__).parent / "kapso.mjs").read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        box = Box(folder)
        try:
            given = box.credentials
            names = ("base_url", "access_token", "waba_id", "phone_number_id")
            given_to = [str(given[name]) for name in names] + [str(given["handsets"][0]["wa_id"])]
            return subprocess.run(["node", str(script), *given_to], check=False).returncode
        finally:
            box.stop()


if __name__ == "__main__":
    sys.exit(main())
