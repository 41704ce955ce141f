"""``convviz doctor``: what is installed, what is known to go wrong with it, and what to do about that."""

from __future__ import annotations

import argparse
import ctypes
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

from .. import __version__
from ..paths import resources, settings_folder, weights_file, writable
from ..spec.errors import InputError
from ..spec.presets import NETWORKS

_PACKAGES = ("torch", "torchvision", "PySide6-Essentials", "numpy", "pillow", "safetensors", "platformdirs", "tqdm")
_DESKTOP_LIBRARIES = {  # that Qt's wheels load and do not bring along: soname -> Debian package
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
}
_XCB_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that needs attention: what is wrong, and what to do about it."""

    wrong: str
    remedy: str


def configure(parser: argparse.ArgumentParser) -> None:
    """This command takes no arguments."""
    parser.epilog = "The exit code is 0 if all is well and 1 if something needs attention."


def run(args: argparse.Namespace) -> int:
    """Prints versions, devices and findings."""
    versions = {name: version_of(name) for name in _PACKAGES}
    print(f"convviz      {__version__}")
    system = f"{platform.system()} {platform.release()} ({platform.machine()})"
    print(f"Python       {platform.python_version()} on {system}")
    for name, version in versions.items():
        print(f"{name.removesuffix('-Essentials'):<12} {version or 'not installed'}")
    print()
    found = [*known_bad(versions, sys.version_info[:2]), *_torch_findings(), *_qt_findings(), *_file_findings()]
    print()
    for finding in found:
        print(f"✗ {finding.wrong}\n  → {finding.remedy}")
    if not found:
        print("✓ all is well")
    return 1 if found else 0


def version_of(package: str) -> str | None:
    """The installed version, None where the package is missing.

    >>> version_of("no-such-package-at-all") is None
    True
    """
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def known_bad(versions: dict[str, str | None], python: tuple[int, ...]) -> Iterator[Finding]:
    """What is known to go wrong with these versions, on this (major, minor) of Python."""
    for name, version in versions.items():
        if version is None:
            yield Finding(f"{name} is not installed", f'install it: pip install "{name}", or install convviz again')
    torch, vision, qt = (_numbers(versions.get(name)) for name in ("torch", "torchvision", "PySide6-Essentials"))
    if torch and (2, 6) <= torch < (2, 10):
        wrong = f"torch {versions['torch']} has known holes in torch.load: a weights file can run code"
        yield Finding(wrong, 'pip install --upgrade "torch>=2.10" torchvision')
    elif torch and torch < (2, 10):
        yield Finding(f"torch {versions['torch']} is too old", 'pip install --upgrade "torch>=2.10" torchvision')
    if torch and vision and torch[0] == 2 and vision[0] == 0 and vision[1] != torch[1] + 15:
        wrong = f"torchvision {versions['torchvision']} does not go with torch {versions['torch']}"
        yield Finding(wrong, f'pip install "torchvision==0.{torch[1] + 15}.*"')
    if qt and qt >= (6, 12) and python < (3, 12):
        wrong = f"PySide6 {versions['PySide6-Essentials']} aborts on Python {python[0]}.{python[1]} while drawing"
        yield Finding(wrong, 'pip install "PySide6-Essentials>=6.8.3,<6.12", or use Python 3.12 or newer')
    if qt and qt < (6, 8):
        yield Finding(f"PySide6 {versions['PySide6-Essentials']} is too old", 'pip install -U "PySide6-Essentials"')


def _numbers(version: str | None) -> tuple[int, int] | None:
    parts = (version or "").split(".")
    return (int(parts[0]), int(parts[1])) if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit() else None


def _torch_findings() -> Iterator[Finding]:
    try:
        from ..core.device import choose, devices
    except (ImportError, OSError) as error:
        print("devices      none: torch cannot be imported")
        yield Finding(f"torch cannot be imported ({_first_line(error)})", "install torch again")
        return
    cores = os.cpu_count() or 1
    for device in devices():
        print(f"device       {device.id:<7} {device.name}{f', {cores} cores' if device.id == 'cpu' else ''}")
        _, reason = choose(device.id)
        if reason:
            yield Finding(reason, "update its driver, or free its memory; convviz works on the CPU meanwhile")
    try:
        from ..core.zoo import names

        print(f"torchvision  {len(names())} classification networks")
    except Exception as error:  # a broken torchvision raises whatever its compiled part meets
        wrong = f"torchvision cannot be imported ({_first_line(error)})"
        yield Finding(wrong, "install the torchvision that goes with this torch; lecture and lenet5 work without it")


def _qt_findings() -> Iterator[Finding]:
    linux = sys.platform.startswith("linux")
    wanted = os.environ.get("QT_QPA_PLATFORM", "")
    x11 = bool(os.environ.get("DISPLAY"))
    wayland = bool(os.environ.get("WAYLAND_DISPLAY"))
    if linux and not (x11 or wayland or wanted in ("offscreen", "minimal", "vnc")):
        remedy = "log in to a desktop, use ssh -X, or write xvfb-run before the command; the other commands need none"
        yield Finding("there is no display, so the window cannot open", remedy)
    if linux:
        libraries = dict(_DESKTOP_LIBRARIES) | (_XCB_LIBRARIES if x11 or not wayland else {})
        missing = missing_libraries(libraries)
        if missing:
            packages = " ".join(missing.values())
            yield Finding(f"Qt needs {', '.join(missing)}", f"on Debian or Ubuntu: apt install {packages}")
    try:
        from importlib import import_module

        import_module("PySide6.QtWidgets")
    except ImportError as error:
        remedy = "install what it names, or PySide6-Essentials again"
        yield Finding(f"Qt cannot be imported ({_first_line(error)})", remedy)


def missing_libraries(wanted: dict[str, str], load: Callable[[str], object] = ctypes.CDLL) -> dict[str, str]:
    """Those of ``wanted`` (soname: package) that the system's loader does not find.

    >>> missing_libraries({"libno-such-thing.so.7": "libno7"})
    {'libno-such-thing.so.7': 'libno7'}
    """
    missing = {}
    for soname, package in wanted.items():
        try:
            load(soname)
        except OSError:
            missing[soname] = package
    return missing


def _file_findings() -> Iterator[Finding]:
    try:
        print(f"resources    {resources()}")
        for name in NETWORKS:
            if not weights_file(name).is_file():
                yield Finding(f"the weights of {name} are missing ({weights_file(name)})", "install convviz again")
    except InputError as error:
        yield Finding(str(error), "install convviz again")
    folder = settings_folder()
    print(f"settings     {folder}")
    if not writable(folder):
        remedy = "change its permissions; until then convviz forgets its layout and recent files"
        yield Finding(f"the settings folder cannot be written to ({folder})", remedy)


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
