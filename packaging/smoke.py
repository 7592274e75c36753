"""Run every command of a packaged program as a stranger would: `python packaging/smoke.py dist/hrss12333`.

It works in an empty folder, with nothing in the environment but what the system needs, and fails unless every command
ends with the exit status, the words and the files that are expected. At the end it says how large the program is and
how long it takes to start.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "helpers"))

from damaged import Content, xls  # noqa: E402

KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "COMSPEC", "PATHEXT", "TEMP", "TMP")
"""What Windows needs; elsewhere a program needs only a PATH."""

OLD_WORKBOOK: list[list[Content]] = [
    ["省（自治区、直辖市）：广东省", None, None, None, "联系人：张三", None, "手机号：13800000000", None, "邮箱：a@b.cn"],
    ["序号", "地区（市、州）", "来电总量", "人工接听量", "自助语音量", "放弃量", "是否开通留言服务",
     "是否开通投诉举报服务", "总人数", "咨询员人数", "坐席数", "年度培训人次", "备注"],
    [1, "广州市", 100000, 60000, 30000, 10000, "是", "是", 12, 10, 10, 20, None],
]  # fmt: skip
"""附表1 with one row."""


class SmokeError(Exception):
    """The packaged program does not do what it should."""


class Program:
    """The program in its folder, run in another."""

    def __init__(self, folder: Path, here: Path) -> None:
        self.path = folder / ("hrss12333.exe" if os.name == "nt" else "hrss12333")
        self.here = here
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environment |= {"HOME": str(here), "USERPROFILE": str(here)}
        self.environment["PATH"] = os.environ.get("SYSTEMROOT", "") + "\\System32" if os.name == "nt" else os.defpath

    def run(self, *arguments: str, status: int = 0, says: str = "", writes: Sequence[str] = ()) -> None:
        """Run a command.

        Raises:
            SmokeError: where the exit status, what it says or what it writes is another.
        """
        began = time.perf_counter()
        done = subprocess.run(
            [self.path, *arguments],
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=300,
        )
        output = done.stdout.decode() + done.stderr.decode()
        print(f"{time.perf_counter() - began:6.2f} s  hrss12333 {' '.join(arguments)}", flush=True)
        missing = [name for name in writes if not (self.here / name).is_file()]
        if done.returncode != status or says not in output or missing:
            raise SmokeError(
                f"exit {done.returncode}, expected {status} and “{says}”; not written: {missing}\n{output}"
            )

    def start_up(self) -> float:
        """Seconds of the quickest of some starts."""
        times = []
        for _ in range(5):
            began = time.perf_counter()
            subprocess.run(
                [self.path, "--version"], cwd=self.here, env=self.environment, capture_output=True, check=True
            )
            times.append(time.perf_counter() - began)
        return min(times)


def run_all(program: Program) -> None:
    """Every command, on the examples."""
    shutil.copytree(ROOT / "examples" / "filings", program.here / "filings")
    shutil.copytree(ROOT / "examples" / "faulty", program.here / "faulty")
    (program.here / "甲表.xls").write_bytes(xls(OLD_WORKBOOK))
    good, faulty = "filings/广东省12333调查表.xlsx", "faulty/01_勾稽不平_数字颠倒.xlsx"
    program.run("--version", says="hrss12333 ")
    program.run("--help", says="一般步骤")
    program.run("template", writes=["12333调查表_2019.xlsx"])
    program.run("template", "--unit", "广东", writes=["12333调查表_2019_广东省.xlsx"])
    program.run("check", good, says="广东省")
    program.run(good, says="广东省")
    program.run(
        "check", faulty, "--annotate", "批注", "--report", "审核.html", status=1, says="B401", writes=["审核.html"]
    )
    program.run("check", "甲表.xls", says="附表1有1行")
    program.run("check", good, "--format", "json", says='"hrss12333.check/1"')
    program.run("fix", "甲表.xls", "-o", "规范.xlsx", writes=["规范.xlsx"])
    program.run("merge", "filings", "--report", "汇总.html", writes=["12333全国汇总_2019.xlsx", "汇总.html"])
    program.run("merge", "filings", "--unit", "广东", "-o", "广东.xlsx", writes=["广东.xlsx"])
    program.run(
        "merge", "faulty", "-o", "有错.xlsx", "--returns", "退回", status=1, says="强制性错误", writes=["有错.xlsx"]
    )
    program.run("merge", "filings", status=2, says="已经存在")
    program.run("compile", "filings", writes=["12333参阅文件_2019.docx"])
    program.run("desk", "check", good, says="结果在：")
    program.run("rules", says="B401")
    program.run("rules", "B401", says="来电总量")


def main(folder: Path) -> int:
    """Try the program in the folder; 0 where all is well."""
    for stream in (sys.stdout, sys.stderr):  # where a pipe has a code page without Chinese
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    with tempfile.TemporaryDirectory(prefix="空的 文件夹 ") as name:
        program = Program(folder.resolve(), Path(name))
        try:
            run_all(program)
        except SmokeError as failed:
            print(failed, file=sys.stderr)
            return 1
        print(f"{size / 2**20:.0f} MiB, starts in {program.start_up():.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
