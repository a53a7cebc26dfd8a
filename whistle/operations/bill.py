"""What a release is made of: a bill of materials (CycloneDX) from the two lists of pinned packages, licences included."""

import base64
import importlib.metadata
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.markers import Marker

from whistle import __version__

PINNED = re.compile(r"^([a-z0-9-]+)==([^ ;\\]+)(?: *; *([^\\]+?))? *\\?$")
UNSAID = {"pyrage": "MIT"}  # no licence in its metadata; it lies in its wheel as a file


def bill(base: Path) -> dict[str, Any]:
    """Return the bill of materials of the sources in `base`, as CycloneDX 1.6."""
    parts = [*_python(base / "deploy/requirements.txt"), *_browser(base / "package-lock.json")]
    once = {str(part["purl"]): part for part in parts}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "name": "whistle",
                "version": __version__,
                "licenses": [{"license": {"id": "EUPL-1.2"}}],
            }
        },
        "components": [once[purl] for purl in sorted(once)],
    }


def _python(pinned: Path) -> Iterator[dict[str, Any]]:
    for line in pinned.read_text().splitlines():
        found = PINNED.match(line)
        if found and (not found[3] or Marker(found[3]).evaluate()):
            yield _part("pypi", found[1], found[2], _licence(found[1]))


def _browser(lock: Path) -> Iterator[dict[str, Any]]:
    for place, package in json.loads(lock.read_text())["packages"].items():
        if place and not package.get("dev"):
            name = package.get("name") or place.rpartition("node_modules/")[2]
            part = _part("npm", name, package["version"], package.get("license", ""))
            kind, _dash, digest = package["integrity"].partition("-")
            algorithm = {"sha512": "SHA-512", "sha256": "SHA-256"}[kind]
            yield part | {"hashes": [{"alg": algorithm, "content": base64.b64decode(digest).hex()}]}


def _part(registry: str, name: str, version: str, licence: str) -> dict[str, Any]:
    purl = f"pkg:{registry}/{name.replace('@', '%40')}@{version}"
    return {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": version,
        "purl": purl,
        "licenses": [{"license": {"name": licence}}] if licence else [],
    }


def _licence(name: str) -> str:
    """Return what an installed package says of its licence: an expression, a word, or its classifiers."""
    said = importlib.metadata.metadata(name)
    classified = [
        row.rpartition(" :: ")[2] for row in said.get_all("Classifier") or [] if row.startswith("License ::")
    ]
    word = str(said["License"] or "").partition("\n")[0]
    return str(said["License-Expression"] or "") or word or " or ".join(classified) or UNSAID.get(name, "")
