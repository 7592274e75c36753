"""A real Chromium, headless, without a window, driven by its own chromedriver; and a proxy that hears whatever it would fetch."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

QUIET = (
    "--headless=new --window-size=1366,900 --no-sandbox --disable-dev-shm-usage --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-domain-reliability --proxy-bypass-list=<-loopback> --lang=zh-CN"
)


def _answer(request: Request) -> Any:
    try:
        with urlopen(request, timeout=300) as response:
            return json.load(response)["value"]
    except HTTPError as error:
        raise RuntimeError(json.load(error)["value"]["message"]) from None


class Browser:
    """A session of chromedriver."""

    def __init__(self, address: str, session: str, heard: list[bytes], downloads: Path) -> None:
        self._base = f"{address}/session/{session}"
        self.downloads = downloads
        self.heard = heard
        """The first bytes of whatever the browser asked of the network."""

    def heard_of_page(self) -> list[bytes]:
        """What was asked of the network; what the browser asks of its maker of its own accord is no matter of a page."""
        return [line for line in self.heard if b"google" not in line]

    def ask(self, path: str, method: str = "POST", **given: Any) -> Any:
        body = json.dumps(given).encode() if method == "POST" else None
        return _answer(
            Request(f"{self._base}/{path}".rstrip("/"), body, {"Content-Type": "application/json"}, method=method)
        )

    def open(self, page: Path) -> None:
        self.ask("url", url=page.as_uri())

    def run(self, script: str, *given: Any) -> Any:
        """The value of an expression; of a promise, what it resolves to."""
        code = f"const done = arguments[arguments.length - 1]; Promise.resolve(({script})).then(done, (e) => done('失败：' + e))"
        return self.ask("execute/async", script=code, args=given)

    def wait(self, script: str, seconds: float = 120) -> Any:
        """The value of an expression, once it is true."""
        end = time.monotonic() + seconds
        while not (value := self.run(script)):
            assert time.monotonic() < end, f"never: {script}"
            time.sleep(0.1)
        return value

    def devtools(self, command: str, **given: Any) -> Any:
        return self.ask("goog/cdp/execute", cmd=command, params=given)

    def find(self, selector: str) -> dict[str, str]:
        found: dict[str, str] = self.ask("element", using="css selector", value=selector)
        return found

    def _number_of(self, selector: str) -> str:
        return next(iter(self.find(selector).values()))

    def give(self, selector: str, *paths: Path) -> None:
        """Choose files, or a folder, in an input."""
        self.ask(f"element/{self._number_of(selector)}/value", text="\n".join(map(str, paths)))

    def drop(self, selector: str, *paths: Path) -> None:
        """Drop files and folders on an element."""
        box = self.run(f"document.querySelector({selector!r}).getBoundingClientRect().toJSON()")
        for kind in ("dragEnter", "dragOver", "drop"):
            data = {"items": [], "files": [*map(str, paths)], "dragOperationsMask": 1}
            self.devtools("Input.dispatchDragEvent", type=kind, x=box["x"] + 9, y=box["y"] + 9, data=data)

    def click(self, selector: str) -> None:
        self.ask(f"element/{self._number_of(selector)}/click")

    def picture(self, path: Path, width: int) -> None:
        """A picture of the whole page at a width."""
        self.devtools(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        shot = self.devtools("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


def _listen(server: socket.socket, heard: list[bytes]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            heard.append(connection.recv(4096).partition(b"\r\n")[0])


@contextmanager
def chromium(downloads: Path, extra: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser for the block, with no other way out than a proxy that hears and answers nothing."""
    heard: list[bytes] = []
    driver = shutil.which("chromedriver")
    assert driver, "chromium-driver is not installed"
    with socket.create_server(("127.0.0.1", 0)) as proxy, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        threading.Thread(target=_listen, args=(proxy, heard), daemon=True).start()
        process = subprocess.Popen([driver, f"--port={port}", "--log-level=OFF"], stdout=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(100):
                try:
                    _answer(Request(f"{address}/status"))
                    break
                except OSError:
                    time.sleep(0.1)
            options = {
                "args": [*QUIET.split(), f"--proxy-server=127.0.0.1:{proxy.getsockname()[1]}", *extra],
                "prefs": {"download.default_directory": str(downloads), "download.prompt_for_download": False},
            }
            wanted = {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options, "timeouts": {"script": 600_000}}}}
            made = _answer(
                Request(f"{address}/session", json.dumps(wanted).encode(), {"Content-Type": "application/json"})
            )
            browser = Browser(address, made["sessionId"], heard, downloads)
            try:
                yield browser
            finally:
                browser.ask("", "DELETE")
        finally:
            process.terminate()
            process.wait()
