"""A finished zip package with every part in a fixed order and dated alike: the same content gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold."""


def same_bytes(data: bytes) -> bytes:
    """The package with its parts by name (the list of content types comes first, as it should) and without dates."""
    out = BytesIO()
    with ZipFile(BytesIO(data)) as package, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in sorted(package.namelist()):
            about = ZipInfo(name, _EPOCH)
            about.compress_type = ZIP_DEFLATED
            about.external_attr = 0o644 << 16
            target.writestr(about, package.read(name))
    return out.getvalue()
