"""What the window remembers: its place, theme, pen. Never the experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSettings

from ..paths import settings_folder

RECENT = 8  # files remembered
THEMES = ("system", "dark", "light")


class Settings:
    """An INI file in the user's configuration folder; a damaged or absent one gives the defaults."""

    def __init__(self) -> None:
        self.file = settings_folder() / "convviz.ini"
        self._store = QSettings(str(self.file), QSettings.Format.IniFormat)

    def problem(self) -> str:
        """Why nothing will be remembered, "" if all is well."""
        self._store.sync()
        if self._store.isWritable() and self._store.status() is not QSettings.Status.AccessError:
            return ""
        return f"Settings cannot be saved in {self.file.parent}; make that folder writable to keep them"

    @property
    def theme(self) -> str:
        value = self._store.value("look/theme", "system")
        return value if value in THEMES else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("look/theme", value)

    @property
    def per_map(self) -> bool:
        return str(self._store.value("look/range_per_map", "false")) == "true"

    @per_map.setter
    def per_map(self, value: bool) -> None:
        self._store.setValue("look/range_per_map", "true" if value else "false")

    @property
    def lab_per_map(self) -> bool:
        """The same in the Lab."""
        return str(self._store.value("look/lab_range_per_map", "true")) == "true"

    @lab_per_map.setter
    def lab_per_map(self, value: bool) -> None:
        self._store.setValue("look/lab_range_per_map", "true" if value else "false")

    @property
    def fields(self) -> bool:
        """Whether receptive fields are drawn."""
        return str(self._store.value("look/fields", "true")) == "true"

    @fields.setter
    def fields(self, value: bool) -> None:
        self._store.setValue("look/fields", "true" if value else "false")

    @property
    def workspace(self) -> str:
        """The workspace that was in front, "" if none was remembered."""
        return str(self._store.value("look/workspace", ""))

    @workspace.setter
    def workspace(self, value: str) -> None:
        self._store.setValue("look/workspace", value)

    @property
    def pen_width(self) -> float | None:
        try:
            width = float(str(self._store.value("input/pen_width", "")))
        except ValueError:
            return None
        return width if 1 <= width <= 100 else None

    @pen_width.setter
    def pen_width(self, value: float) -> None:
        self._store.setValue("input/pen_width", value)

    @property
    def recent(self) -> list[Path]:
        """The experiments used last, the newest first."""
        value: Any = self._store.value("files/recent")
        names = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(name) for name in names if isinstance(name, str) and name][:RECENT]

    def add_recent(self, path: Path) -> None:
        path = path.resolve()
        self._store.setValue("files/recent", [str(p) for p in (path, *(p for p in self.recent if p != path))][:RECENT])

    def layout(self, name: str) -> QByteArray | None:
        """What ``saveGeometry`` or ``saveState`` returned last time."""
        value: Any = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) and not value.isEmpty() else None

    def set_layout(self, name: str, value: QByteArray) -> None:
        self._store.setValue(f"layout/{name}", value)

    def save(self) -> None:
        self._store.sync()
