#!/usr/bin/env python3
"""`./dev bench store`: what the run file promises, measured on this machine and judged.

Ratios are against other programs on the same data; the exit code is 1 where a promise is broken.
docs/performance.md says what is measured and how."""

import argparse
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from open_bench import DATA, PANDAS_PROGRAM, PICTURE, Program, alternate, find_pandas

FULL_SAMPLES = 10_000_000  # that the promises are about
SHORT_SAMPLES = 100
FLOAT_SAMPLES = 1_000_000  # as many as tell the size
LONG_FACTOR = 4
BYTES_A_SAMPLE = {  # about, to ask for room beforehand
    "run": 40,
    "rows": 110,
    "csv": 100,
    "dirfile": 80,
}
ENDINGS = {
    "run": ".lsrun",
    "run-of-floats": ".lsrun",
    "rows": ".sqlite",
    "rows-of-floats": ".sqlite",
    "csv": ".csv",
    "dirfile": ".dirfile",
}


@dataclass
class Figure:
    what: str
    measured: str
    promise: str = ""  # empty: reported, not judged
    held: bool = True


class Table:
    def __init__(self):
        self.figures = []
        self.missing = []  # sentences: what was not measured, and why

    def skip(self, what, why):
        self.figures.append(Figure(what, "not measured"))
        self.missing.append(f"{what} is not measured: {why}.")

    def report(self, what, measured):
        self.figures.append(Figure(what, measured))

    def judge(self, what, measured, promise, held):
        self.figures.append(Figure(what, measured, promise, held))

    def broken(self):
        return [figure for figure in self.figures if not figure.held]

    def print(self):
        heads = Figure("measured on this machine", "figure", "promise")
        wide = max(len(figure.what) for figure in [heads, *self.figures])
        middle = max(len(figure.measured) for figure in [heads, *self.figures])
        print()
        for figure in [heads, *self.figures]:
            verdict = ""
            if figure.promise and figure is not heads:
                verdict = "  held" if figure.held else "  BROKEN"
            line = f"{figure.what:<{wide}}  {figure.measured:>{middle}}  {figure.promise}{verdict}"
            print(line.rstrip())
        for sentence in self.missing:
            print(sentence)


def count_text(samples):
    return f"{samples / 1e6:g} million samples" if samples >= 1e5 else f"{samples} samples"


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


class Data:
    """One test in all formats, kept between runs."""

    def __init__(self, build, folder):
        self.maker = build / "store_data"
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        version = subprocess.run([self.maker, "version"], check=True, capture_output=True, text=True)
        self.version = version.stdout.strip()
        stamp = folder / "version.txt"
        if not stamp.exists() or stamp.read_text() != self.version:
            for kind in ENDINGS:  # made by another version of the program
                for old in [*folder.glob(f"{kind}-[0-9]*"), *folder.glob(f"part-{kind}-[0-9]*")]:
                    shutil.rmtree(old) if old.is_dir() else old.unlink()
            stamp.write_text(self.version)

    def path(self, kind, samples):
        return self.folder / f"{kind}-{samples}{ENDINGS[kind]}"

    def make(self, kind, samples):
        """The path of the data, which are made where they are not there."""
        path = self.path(kind, samples)
        if not path.exists():
            self.check_room(kind, samples)
            say(f"making {path.name}")
            part = path.with_name("part-" + path.name)
            self.remove(part)
            subprocess.run([self.maker, kind, part, str(samples)], check=True)
            part.rename(path)
        return path

    def check_room(self, kind, samples):
        needed = BYTES_A_SAMPLE[kind.removesuffix("-of-floats")] * samples
        free = shutil.disk_usage(self.folder).free
        if needed * 1.2 > free:
            sys.exit(
                f"{self.folder}: {needed / 1e9:.1f} GB are needed and {free / 1e9:.1f} GB are free; "
                "make room, choose another folder with --data, or use fewer --samples"
            )

    @staticmethod
    def remove(part):
        if part.is_dir():
            shutil.rmtree(part)
        for ending in ("", "-wal", "-shm", "-journal", "-lock"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


def measured_by(build, *words):
    """The figures that store_bench prints."""
    finished = subprocess.run(
        [build / "store_bench", *[str(word) for word in words]],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return json.loads(finished.stdout)


def layerscope(name, build, full, short):
    command = [build / "layerscope", DATA, "--screenshot", PICTURE, "--after", "0s"]
    return Program(name, command + ["--size", "1440x900"], full, short)


def kst(data, samples):
    columns = subprocess.run([data.maker, "columns"], check=True, capture_output=True, text=True)
    command = ["kst2", DATA]
    for column in columns.stdout.split():
        command += ["-y", column]
    command += ["--png", PICTURE]
    full, short = data.make("dirfile", samples), data.make("dirfile", SHORT_SAMPLES)
    return Program("kst2", command, full, short)


def pandas(python, data, samples):
    command = [python, "-c", PANDAS_PROGRAM, DATA, PICTURE]
    full, short = data.make("csv", samples), data.make("csv", SHORT_SAMPLES)
    return Program("pandas", command, full, short)


def bench_open(table, data, build, settings):
    samples = settings.samples
    judged = samples >= FULL_SAMPLES
    run, short = data.make("run", samples), data.make("run", SHORT_SAMPLES)
    ours = layerscope("layerscope", build, run, short)
    others = []  # with how many times faster we are to be
    if shutil.which("kst2"):
        others.append((kst(data, samples), 10))
    else:
        table.skip("opening with kst2", "the package kst is not installed")
    python = find_pandas()
    if python:
        others.append((pandas(python, data, samples), 80))
    else:
        table.skip(
            "opening with pandas",
            "the packages python3-pandas and python3-matplotlib are not installed",
        )
    say("opening: process start to picture")
    alternate([ours, *[other for other, _ in others]], data.folder, settings.rounds)
    if ours.trouble:
        raise RuntimeError(ours.trouble)

    table.report(f"open, {count_text(samples)}, layerscope", f"{ours.median_s():.3f} s")
    table.report("  beyond a run of 100 samples", f"{ours.beyond_short_s():.3f} s")
    for other, least in others:
        if other.trouble:
            table.skip(f"opening with {other.name}", other.trouble)
            continue
        table.report(f"the same, {other.name}", f"{other.median_s():.2f} s")
        table.report("  beyond 100 samples", f"{other.beyond_short_s():.2f} s")
        table.report(f"  {other.name} / layerscope", f"{other.median_s() / ours.median_s():.1f}")
        ratio = other.beyond_short_s() / ours.beyond_short_s()
        what = f"  {other.name} / layerscope, both beyond 100 samples"
        if judged:
            table.judge(what, f"{ratio:.0f}", f">= {least}", ratio >= least)
        else:
            table.report(what, f"{ratio:.0f}")
        table.report(f"  peak memory of {other.name}", f"{max(other.peak_mb):.0f} MB")
    peak_mb = max(ours.peak_mb)
    table.judge("peak memory of layerscope", f"{peak_mb:.0f} MB", "< 150 MB", peak_mb < 150)


def bench_cold(table, data, build, settings):
    short = data.make("run", SHORT_SAMPLES)
    once = layerscope("layerscope cold", build, data.make("run", settings.samples), short)
    long_run = data.make("run", LONG_FACTOR * settings.samples)
    longer = layerscope("layerscope cold long", build, long_run, short)
    say("opening what is not in the page cache")
    alternate([once, longer], data.folder, settings.rounds, cold=True)
    if trouble := once.trouble or longer.trouble:
        raise RuntimeError(trouble)
    if max(once.read_mb) == 0:
        table.skip("opening cold", "the page cache cannot be emptied in this folder")
        return
    for program, samples in ((once, settings.samples), (longer, LONG_FACTOR * settings.samples)):
        what = f"open, cold, {count_text(samples)}"
        table.report(what, f"{program.median_s():.3f} s")
        table.report("  beyond 100 samples", f"{program.beyond_short_s():.3f} s")
        table.report("  read from the disk", f"{max(program.read_mb):.1f} MB")
    ratio = longer.beyond_short_s() / once.beyond_short_s()
    what = f"{LONG_FACTOR} times the samples, cold, both beyond 100 samples"
    figure = f"{ratio:.2f} times as long"
    if settings.samples >= FULL_SAMPLES:
        table.judge(what, figure, "<= 5", ratio <= 5)
    else:
        table.report(what, figure)
    table.report("peak memory with them", f"{max(longer.peak_mb):.0f} MB")


def bench_size(table, data, build, settings):
    for kind, what, samples in (
        ("", "decimal data", settings.samples),
        ("-of-floats", "floats in 15 digits", min(FLOAT_SAMPLES, settings.samples)),
    ):
        run, rows = data.make("run" + kind, samples), data.make("rows" + kind, samples)
        say(f"comparing every value of {run.name} and {rows.name}")
        values = measured_by(build, "compare", run, rows)["values"]
        ratio = run.stat().st_size / rows.stat().st_size
        table.report(f"size, {what}: values compared bit by bit", f"{values}")
        table.report("  run file", f"{run.stat().st_size / values:.2f} bytes a value")
        table.report("  plain SQLite rows", f"{rows.stat().st_size / values:.2f} bytes a value")
        if kind:
            table.report("  run file / rows", f"{ratio:.3f}")
        else:
            table.judge("  run file / rows", f"{ratio:.3f}", "<= 0.35", ratio <= 0.35)


def bench_record(table, data, build):
    for what, files, streams, rows, seconds, judged in (
        ("10 columns at 1 kHz", 1, 1, 1000, 300, True),
        ("64 streams at 10 Hz in one file", 1, 64, 10, 820, True),
        ("64 streams at 10 Hz in 16 files", 16, 4, 10, 820, False),
    ):
        say(f"recording {seconds} s of {what}")
        folder = data.folder / "recorded"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        figures = measured_by(build, "record", folder, files, streams, rows, seconds)
        shutil.rmtree(folder)
        share = 100 * figures["cpu_share"]
        if judged:
            table.judge(f"recording {what}", f"{share:.2f} % of a core", "< 1 %", share < 1)
        else:
            table.report(f"recording {what}", f"{share:.2f} % of a core")
        median, longest = figures["commit_median_ms"], figures["commit_longest_ms"]
        table.report("  a commit, median and longest", f"{median:.1f} ms, {longest:.0f} ms")


def bench_refold(table, data, build, settings):
    run = data.make("run", settings.samples)
    say("folding all rows again")
    figures = measured_by(build, "refold", run)
    each_us = figures["cpu_s"] / figures["rows"] * 1e6
    what = f"refolding {count_text(settings.samples)} of four layers, CPU time"
    if settings.samples >= FULL_SAMPLES:
        table.judge(what, f"{figures['cpu_s']:.1f} s", "< 20 s", figures["cpu_s"] < 20)
    else:
        table.report(what, f"{figures['cpu_s']:.1f} s")
    table.report("  a row", f"{each_us:.2f} us")


def bench_frame(table, data, build):
    say("painting the live page")
    out = data.folder / "frame.json"
    out.unlink(missing_ok=True)
    command = [build / "layerscope_bench", "--benchmark_filter=live_frame"]
    command += [f"--benchmark_out={out}", "--benchmark_out_format=json"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    text = out.read_text() if out.exists() else ""
    ms = {}
    in_ms = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}
    for entry in json.loads(text)["benchmarks"] if text else []:
        if entry.get("aggregate_name") == "median":
            subject = entry["run_name"].split("/")[0]
            # CPU time: painting is one thread's work, and another program's is not part of it.
            ms[subject] = entry["cpu_time"] * in_ms[entry["time_unit"]]
    if not {"live_frame_1e4", "live_frame_1e7"} <= set(ms):
        table.skip("a frame of the live page", "layerscope_bench has no such subject")
        return
    few, many = ms["live_frame_1e4"], ms["live_frame_1e7"]
    for subject, frame in ms.items():
        samples = subject.removeprefix("live_frame_")
        what = f"a frame of the live page, {samples} samples"
        if subject == "live_frame_1e7":
            table.judge(what, f"{frame:.1f} ms", "< 16.7 ms", frame < 16.7)
        else:
            table.report(what, f"{frame:.1f} ms")
    table.judge("  1e7 / 1e4", f"{many / few:.2f}", "<= 2", many <= 2 * few)


def read_settings():
    root = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=Path, default=root / "build/release")
    parser.add_argument("--data", type=Path, default=root / "build/bench-data", help="kept there")
    parser.add_argument(
        "--samples", type=int, default=FULL_SAMPLES, help="of each layer; fewer are not judged"
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--only", action="append", choices=["open", "cold", "size", "record", "refold", "frame"]
    )
    return parser.parse_args()


def main():
    settings = read_settings()
    build = settings.build.resolve()
    data = Data(build, settings.data.resolve())
    table = Table()
    parts = {
        "open": lambda: bench_open(table, data, build, settings),
        "cold": lambda: bench_cold(table, data, build, settings),
        "size": lambda: bench_size(table, data, build, settings),
        "record": lambda: bench_record(table, data, build),
        "refold": lambda: bench_refold(table, data, build, settings),
        "frame": lambda: bench_frame(table, data, build),
    }
    for name in settings.only or parts:
        try:
            parts[name]()
        except (RuntimeError, subprocess.CalledProcessError) as failure:
            say(str(failure))
            table.judge(name, "failed, see above", "to be measured", False)
    table.print()
    if broken := table.broken():
        sys.exit(f"broken: {len(broken)} of the promises above")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
