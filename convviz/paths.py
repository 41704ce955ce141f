"""Where the files that come with convviz are: in a checkout beside the package, in an installed wheel inside it."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_config_path, user_data_path

from .spec.errors import InputError

_PACKAGE = Path(__file__).resolve().parent


def resources() -> Path:
    """The folder of trained weights, icons and pictures.

    Raises:
        InputError: it is nowhere to be found; the installation is damaged.

    >>> resources().name
    'resources'
    """
    for folder in (_PACKAGE / "resources", _PACKAGE.parent / "resources"):
        if folder.is_dir():
            return folder
    raise InputError(f"convviz's own resources are missing beside {_PACKAGE}; install convviz again")


def weights_file(name: str) -> Path:
    """The shipped weights of the network ``name``; the file may be missing in a damaged installation."""
    return resources() / "weights" / f"{name}.safetensors"


def settings_folder() -> Path:
    """Where settings are kept; the folder need not exist yet."""
    return user_config_path("convviz", appauthor=False)


def writable(folder: Path) -> bool:
    """Whether files can be made in ``folder``, or the folder itself where it does not exist yet."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def recovery_folder() -> Path:
    """Where windows autosave; the folder need not exist yet."""
    return user_data_path("convviz", appauthor=False) / "recovery"


def copies_folder() -> Path:
    """Where copied programs find their weights; the folder need not exist yet."""
    return user_data_path("convviz", appauthor=False) / "code"
