"""Whole programs against each other: from the start of the process to the written picture."""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

LONGEST_S = 900  # of one process; what takes longer hangs

PANDAS_PROGRAM = """
import sys
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import pandas
table = pandas.read_csv(sys.argv[1])
table.plot(x="time_s", subplots=True, layout=(5, 2), legend=False, figsize=(14.4, 9.0))
plt.savefig(sys.argv[2], dpi=100)
"""


DATA, PICTURE = object(), object()


@dataclass
class Program:
    """Reads data and writes a picture of them."""

    name: str
    command: list  # in which DATA and PICTURE stand for the files
    full: Path  # the whole test
    short: Path  # a hundred samples of it: what the program costs without data
    full_s: list = field(default_factory=list)
    short_s: list = field(default_factory=list)
    peak_mb: list = field(default_factory=list)
    read_mb: list = field(default_factory=list)  # from the disk, not from the page cache
    trouble: str = ""  # why it could not be measured: pandas may need more memory than there is

    def median_s(self):
        return statistics.median(self.full_s)

    def beyond_short_s(self):
        """What the data cost. Never less than a millisecond: below it is noise."""
        beyond = [full - short for full, short in zip(self.full_s, self.short_s)]
        return max(statistics.median(beyond), 1e-3)


@dataclass
class Finished:
    wall_s: float
    peak_mb: float
    read_mb: float


def clean_environment(folder):
    """No display, and none of the settings of the person who measures."""
    settings = folder / "settings"
    settings.mkdir(exist_ok=True)
    settings.chmod(0o700)  # Qt asks for it
    return dict(
        os.environ,
        QT_QPA_PLATFORM="offscreen",
        XDG_RUNTIME_DIR=str(settings),
        XDG_CONFIG_HOME=str(settings),
        MPLCONFIGDIR=str(settings),
    )


def run(command, environment):
    """Runs a program to its end; its words are told only where it fails."""
    with tempfile.TemporaryFile() as words:
        began_s = time.perf_counter()
        process = subprocess.Popen(
            [str(word) for word in command],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
        )
        too_long = threading.Timer(LONGEST_S, process.kill)
        too_long.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - began_s
        too_long.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            words.seek(0)
            said = words.read().decode(errors="replace").strip()[-500:]
            raise RuntimeError(f"{command[0]} ended with {process.returncode}: {said}")
    return Finished(wall_s, usage.ru_maxrss / 1024, usage.ru_inblock * 512 / 1e6)


def paint(program, data, picture, environment):
    picture.unlink(missing_ok=True)
    files = {DATA: data, PICTURE: picture}
    finished = run([files.get(word, word) for word in program.command], environment)
    if not picture.exists() or picture.stat().st_size == 0:
        raise RuntimeError(f"{program.name} wrote no picture of {data}")
    return finished


def forget(run_file):
    """Takes a run out of the page cache, so that it is read from the disk again."""
    for path in (run_file, Path(f"{run_file}-wal")):
        if not path.exists():
            continue
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)  # what is not written yet cannot be dropped
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def measure(program, pictures, environment, cold):
    name = program.name.replace(" ", "-")
    short = paint(program, program.short, pictures / f"{name}-short.png", environment)
    if cold:
        forget(program.full)
    full = paint(program, program.full, pictures / f"{name}.png", environment)
    program.short_s.append(short.wall_s)
    program.full_s.append(full.wall_s)
    program.peak_mb.append(full.peak_mb)
    program.read_mb.append(full.read_mb)
    return f"{program.name} {full.wall_s:.2f} s, without data {short.wall_s:.2f} s"


def alternate(programs, folder, rounds, cold=False):
    """Runs all programs in turn, `rounds` times, so that a busy moment of the machine meets each."""
    environment = clean_environment(folder)
    pictures = folder / "pictures"
    pictures.mkdir(exist_ok=True)
    for number in range(rounds):
        for program in programs:
            if program.trouble:
                continue
            try:
                told = measure(program, pictures, environment, cold)
            except (RuntimeError, OSError) as failure:
                told = program.trouble = str(failure)
            print(f"  round {number + 1} of {rounds}: {told}", file=sys.stderr, flush=True)


def find_pandas():
    """A Python that has pandas and matplotlib; the one that runs this may be another."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            run([python, "-c", "import pandas, matplotlib"], dict(os.environ))
            return python
        except (RuntimeError, OSError):
            continue
    return None
