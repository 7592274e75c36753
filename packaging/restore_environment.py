"""Runs before the packaged program: programs that it starts (LibreOffice, a browser) get back their own library path.

The starter of the folder build puts the folder's libraries first for every child; a program of the system's own might
then load them instead of those that it was built with.
"""

import os

for _name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
    _own = os.environ.pop(f"{_name}_ORIG", None)
    if _own:
        os.environ[_name] = _own
    else:
        os.environ.pop(_name, None)
