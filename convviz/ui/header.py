"""The bar on top: the workspaces, menus, undo and redo, the network, the device."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QMenu, QMenuBar, QToolButton, QWidget

from .actions import fill_menus
from .look.choice import Choice
from .look.icons import icon
from .look.theme import HEADER_PX, theme_of
from .workspaces import WorkspaceBar


class Header(QFrame):
    """Emits which network and which device the user chose; ``workspaces`` emits which workspace."""

    recent_chosen = Signal(object)  # Path
    network_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(self, actions: dict[str, QAction], networks: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("header")
        self.setProperty("role", "bar")
        self.setFixedHeight(HEADER_PX)
        self._actions = actions
        self._shipped = networks
        self.workspaces = WorkspaceBar()
        self.menus = QMenuBar()
        self.menus.setObjectName("menus")
        self.recent = QMenu("Open &recent", self)
        self.recent.setObjectName("menu_recent")
        self.recent.setToolTipsVisible(True)  # the folders, for files of one name
        self.presets = QMenu("E&xamples", self)
        self.presets.setObjectName("menu_presets")
        self.presets.setToolTipsVisible(True)
        fill_menus(self.menus, actions, {"save": self.recent, "play": self.presets})
        self.network = _combo("network_box", "Network", 120)
        self.network.setToolTip("The network on screen")
        self.network.addItems(list(networks))
        self.network.textActivated.connect(self.network_chosen)
        self.device = _combo("device_box", "Device", 90)
        self.device.setToolTip("Where the network is computed")
        self.device.addItem("CPU", "cpu")
        self.device.activated.connect(lambda i: self.device_chosen.emit(self.device.itemData(i)))
        self._build()

    def _build(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(self.workspaces)
        row.addSpacing(8)
        self.menus.setSizePolicy(self.menus.sizePolicy().Policy.Minimum, self.menus.sizePolicy().Policy.Preferred)
        row.addWidget(self.menus, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addStretch(1)
        for action in ("undo", "redo", "history"):
            button = QToolButton()
            button.setDefaultAction(self._actions[action])
            button.setObjectName(f"{action}_button")
            button.setAccessibleName(action.capitalize())
            button.setIconSize(QSize(16, 16))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            row.addWidget(button)
        row.addSpacing(8)
        for text, box in (("Network", self.network), ("Device", self.device)):
            label = QLabel(text)
            label.setProperty("role", "caption")
            row.addWidget(label)
            row.addWidget(box)
            row.addSpacing(4)

    def set_network(self, name: str) -> None:
        """Shows the name of the present network; one that was opened from a file joins the list while it is shown."""
        with QSignalBlocker(self.network):
            while self.network.count() > len(self._shipped):
                self.network.removeItem(self.network.count() - 1)
            if name not in self._shipped:
                self.network.addItem(name)
            self.network.setCurrentText(name)

    def set_recent(self, paths: list[Path]) -> None:
        """The files in the menu of recent ones."""
        self.recent.clear()
        self.recent.setEnabled(bool(paths))
        for path in paths:
            action = self.recent.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _on, p=path: self.recent_chosen.emit(p))

    def set_devices(self, devices: tuple[tuple[str, str], ...], chosen: str) -> None:
        """The devices there are, as (id, name)."""
        with QSignalBlocker(self.device):
            self.device.clear()
            for device, name in devices:
                self.device.addItem(name if device == "cpu" else f"{device} · {name}", device)
            at = self.device.findData(chosen)
            if at < 0:
                self.device.addItem(chosen, chosen)
                at = self.device.count() - 1
            self.device.setCurrentIndex(at)

    def set_device(self, device: str) -> None:
        with QSignalBlocker(self.device):
            at = self.device.findData(device)
            if at >= 0:
                self.device.setCurrentIndex(at)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self.colour_icons()
        super().changeEvent(event)

    def colour_icons(self) -> None:
        for name in ("undo", "redo", "history"):
            self._actions[name].setIcon(icon(name, theme_of(self)))


def _combo(name: str, accessible: str, width: int) -> QComboBox:
    box = Choice()
    box.setObjectName(name)
    box.setAccessibleName(accessible)
    box.setMinimumWidth(width)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return box
