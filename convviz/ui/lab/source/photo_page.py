"""A photo of a file or of the clipboard, and which of its channels is taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from ....spec.lab.source import Channel, FromPhoto
from ....spec.photo import Photo
from ...look.choice import Choice
from ...look.colours import image, packed
from ...look.text_line import TextLine
from ...look.theme import CAPTION_PX, VALUE_PX, font, theme_of
from .page import SourcePage, button

CHANNELS: dict[Channel, str] = {
    "grey": "grey: brightness, 1 channel",
    "rgb": "red, green, blue: 3 channels",
    "red": "red",
    "green": "green",
    "blue": "blue",
}
ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")
THINNEST_PX = 2  # or nobody would see a photo of 20,000 × 1 pixels
THUMB_PX = 480  # enough for the panel at 2×


class PhotoThumb(QWidget):
    """The photo, small; or that there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("photo_thumb")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._image: QImage | None = None

    def show_photo(self, photo: Photo) -> None:
        """Takes every so manieth pixel: that is quick, however large the photo."""
        step = max(1, max(photo.pixels.shape[:2]) // THUMB_PX)
        once = np.ascontiguousarray(photo.pixels[::step, ::step])  # of a large photo each pixel comes from far away
        small = np.broadcast_to(once, (*once.shape[:2], 3))
        self._image = image(packed(*(small[:, :, c] for c in range(3))))
        self.setAccessibleName(f"Photo {photo.name}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, 100)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self)
        with QPainter(self) as painter:
            if self._image is None:
                painter.setFont(font(CAPTION_PX))
                painter.setPen(QColor(theme.dim))
                text = "No photo yet: open one, or copy one\nand paste it."
                painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)
                return
            size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            size = size.expandedTo(QSize(THINNEST_PX, THINNEST_PX))
            place = QRect((self.width() - size.width()) // 2, 0, size.width(), size.height())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._image)


class PhotoPage(SourcePage):
    """Asks for photos, and gives the one that is shown with another channel."""

    recent_wanted = Signal(object)  # Path

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("photo_page", parent)
        self._source: FromPhoto | None = None
        self.open = button("open_photo", "Open…", "A picture of any size from a file; it stays at full size")
        self.recent = button("recent_photos", "Recent ▾", "Photos that were opened before")
        self.paste = button("paste_photo", "Paste", "The picture that was copied last")
        self.channel = Choice()
        self.thumb = PhotoThumb()
        self.name, self.size_text = TextLine("photo_name", VALUE_PX), TextLine("photo_size", CAPTION_PX, dim=True)
        self._build()
        self.open.clicked.connect(lambda: self.file_wanted.emit("photo"))
        self.paste.clicked.connect(lambda: self.paste_wanted.emit())
        self.channel.activated.connect(lambda _: self._channel_chosen(self.channel.currentData()))

    def _build(self) -> None:
        self.channel.setObjectName("photo_channel")
        self.channel.setAccessibleName("Channels of the photo")
        for name, text in CHANNELS.items():
            self.channel.addItem(text, name)
        self.channel.setEnabled(False)
        self.recent.setMenu(QMenu(self.recent))
        self.recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.set_recent([])
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.open, 1)
        row.addWidget(self.recent)
        row.addWidget(self.paste)
        self.open.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.column.addLayout(row)
        self.column.addWidget(self.channel)
        self.column.addWidget(self.thumb, 1)
        self.column.addWidget(self.name)
        self.column.addWidget(self.size_text)

    def set_recent(self, paths: list[Path]) -> None:
        """The files opened last; those that are pictures are offered."""
        menu = self.recent.menu()
        menu.clear()
        pictures = [path for path in paths if path.suffix.lower() in ENDINGS]
        for path in pictures:
            action = menu.addAction(path.name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _on, p=path: self.recent_wanted.emit(p))
        self.recent.setEnabled(bool(pictures))

    @property
    def source(self) -> FromPhoto | None:
        """The last one that was shown."""
        return self._source

    def show_source(self, source: FromPhoto) -> None:
        """A photo, and which of its channels is read."""
        old, self._source = self._source, source
        photo = source.photo
        if old is None or old.photo is not photo:
            height, width, channels = photo.pixels.shape
            self.thumb.show_photo(photo)
            self.name.setText(photo.name or "pasted photo")
            self.size_text.setText(f"{width:,} × {height:,} pixels, {width * height / 1e6:.1f} megapixels")
            self._allow(channels)
        self.channel.setCurrentIndex(list(CHANNELS).index(source.channel))

    def _allow(self, channels: int) -> None:
        """A grey photo has no colours to choose from."""
        self.channel.setEnabled(True)
        items = self.channel.model()
        assert isinstance(items, QStandardItemModel)
        for at, name in enumerate(CHANNELS):
            items.item(at).setEnabled(channels == 3 or name == "grey")

    def _channel_chosen(self, channel: Channel) -> None:
        source = self._source
        if source is not None and channel != source.channel:
            self.given.emit(FromPhoto(source.photo, channel), f"photo, {channel}")
            self.channel.setCurrentIndex(list(CHANNELS).index(self._source.channel if self._source else channel))
