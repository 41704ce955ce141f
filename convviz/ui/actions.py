"""Every action of the window: its words, its shortcut, its menu. The list of shortcuts is made from these."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from .train.pages import PAGES as TRAIN_PAGES

EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """``shortcuts`` as Qt writes them; the first is shown."""

    name: str
    menu: str
    text: str
    shortcuts: tuple[str, ...] = ()
    tip: str = ""
    checkable: bool = False
    separator: bool = False  # before it
    submenu: str = ""  # of the menu
    workspace: str = ""  # the only one in which it means something; "" for that of its menu, if it has one
    at_home: tuple[str, ...] = ()  # more shortcuts, while the workspace of its menu is in front

    @property
    def home(self) -> str:
        """The workspace of its menu."""
        return {"Network": "network", "Lab": "lab", "Train": "train"}.get(self.menu, "")

    @property
    def only_in(self) -> str:
        """The workspace to which the action belongs, "" if it does in all of them."""
        return "" if self.workspace == EVERYWHERE else self.workspace or self.home

    def keys(self, workspace: str) -> list[QKeySequence]:
        """Its shortcuts while that workspace is in front."""
        return [QKeySequence(key) for key in (*self.shortcuts, *(self.at_home if workspace == self.home else ()))]


TEMPLATES = {
    "bare": "&Bare: flatten and one fully connected layer",
    "small": "&Small: one convolution",
    "deep": "&Deep: three convolutions with batch norm",
    "lecture": "&The lecture's network, untrained",
    "lenet5": "&LeNet-5, untrained",
}
KINDS = {
    "Conv2d": "&Convolution",
    "MaxPool2d": "&Max pooling",
    "AvgPool2d": "&Average pooling",
    "ReLU": "&ReLU",
    "LeakyReLU": "&Leaky ReLU",
    "Tanh": "&Tanh",
    "Sigmoid": "&Sigmoid",
    "GELU": "&GELU",
    "BatchNorm2d": "&Batch norm",
    "Dropout": "&Dropout",
    "Flatten": "&Flatten",
    "Linear": "F&ully connected layer",
}
NEW = tuple(ActionSpec(f"new_{name}", "File", text, submenu="&New network") for name, text in TEMPLATES.items())
INSERT = tuple(ActionSpec(f"insert_{kind}", "Network", text, submenu="&Insert after") for kind, text in KINDS.items())
PAGES = tuple(
    ActionSpec(f"page_{name}", "Network", text, (f"Alt+{number}",), tip, submenu="&Page")
    for number, (name, text, tip) in enumerate(
        (
            ("value", "&Value", "The kernel and how the value came about"),
            ("gradient", "&Gradient", "How the gradient came about"),
            ("field", "&Field", "What the unit sees"),
            ("why", "&Why", "Why this class"),
            ("layer", "&Layer", "The settings of the layer"),
            ("map", "&Map", "The selected map, enlarged"),
        ),
        1,
    )
)
NETWORK = (
    *PAGES,
    ActionSpec("trail_back", "Network", "&Back on the trail", ("Backspace", "Alt+Left"), "To the unit one came from"),
    ActionSpec("muted", "Network", "&Mute the channel", ("U",), "The channel puts out zeros", separator=True),
    ActionSpec("solo", "Network", "&Solo the channel", ("S",), "Of its layer, only soloed channels sound"),
    ActionSpec("frozen", "Network", "&Freeze the channel", ("F",), "Training leaves its kernel alone"),
    ActionSpec("reset_kernel", "Network", "Rese&t the kernel", ("Ctrl+R",), "As it was opened", separator=True),
    ActionSpec("reset_layer", "Network", "Reset the la&yer", ("Ctrl+Shift+R",), "Settings and weights as opened"),
    ActionSpec("reset_network", "Network", "Reset the &whole network", (), "As it was opened"),
    ActionSpec("move_earlier", "Network", "Move the layer &earlier", ("Ctrl+Shift+Left",), separator=True),
    ActionSpec("move_later", "Network", "Move the layer l&ater", ("Ctrl+Shift+Right",)),
    ActionSpec("remove_layer", "Network", "&Remove the layer", ("Ctrl+Delete",)),
    ActionSpec("code", "Network", "PyTorch &code…", ("Ctrl+P",), "The network as a program", separator=True),
    ActionSpec("copy_code", "Network", "C&opy as PyTorch", ("Ctrl+Shift+C",), "The program and its weights"),
    ActionSpec("copy_layer_code", "Network", "Copy the layer as PyTorc&h", ("Ctrl+Alt+C",), "That layer alone"),
)
LAB = (
    ActionSpec("play", "Lab", "&Play or pause", ("Space",), "The window moves over the input", separator=True),
    ActionSpec("step_forward", "Lab", "Step &forward", (".",), "The window moves to the next position"),
    ActionSpec("step_back", "Lab", "Step &back", (",",), "The window moves to the position before"),
    ActionSpec("next_channel", "Lab", "&Next output channel", ("PgDown",), separator=True),
    ActionSpec("previous_channel", "Lab", "Pre&vious output channel", ("PgUp",)),
    ActionSpec(
        "export_figure", "Lab", "&Export figure…", ("Ctrl+G",), "What is on screen, as SVG or PNG", separator=True
    ),
    ActionSpec("export_animation", "Lab", "Export &animation…", ("Ctrl+Shift+G",), "All positions, as a GIF"),
    ActionSpec("copy_lab_code", "Lab", "C&opy as PyTorch", ("Ctrl+Shift+P",), "The operation as a program"),
    ActionSpec("save_result", "Lab", "&Save the result…", ("Ctrl+Shift+E",), "The output as PNG, TIFF or NPY"),
)
TRAIN = (
    ActionSpec(
        "train",
        "Train",
        "&Start or pause",
        ("Ctrl+T",),
        "Start the training, pause it, go on",
        workspace=EVERYWHERE,
        at_home=("Space",),
    ),
    ActionSpec("train_step", "Train", "One s&tep", (".",), "One mini-batch, then pause"),
    ActionSpec("train_epoch", "Train", "One &epoch", ("Shift+Right",), "To the end of the epoch, then pause"),
    ActionSpec("train_stop", "Train", "St&op", ("Ctrl+.",), "End the run; what it has learnt stays"),
    ActionSpec("train_reset", "Train", "&Reset", (), "Random weights of the same seed", separator=True),
    ActionSpec("train_reset_new", "Train", "Reset with a &new seed", (), "Other random weights"),
    ActionSpec("keep_drawing", "Train", "&Keep the drawing as…", ("K",), "For “My handwriting”", separator=True),
    ActionSpec("past_back", "Train", "Time machine &back", ("Ctrl+Left",), "The checkpoint before", separator=True),
    ActionSpec("past_forward", "Train", "Time machine &forward", ("Ctrl+Right",), "The checkpoint after"),
    *(
        ActionSpec(f"train_page_{name}", "Train", f"&{number} {page.title}", (f"Alt+{number}",), submenu="&Page")
        for number, (name, page) in enumerate(TRAIN_PAGES.items(), 1)
    ),
)
ACTIONS = (
    *NEW,
    ActionSpec("open", "File", "&Open…", ("Ctrl+O",), "Open an experiment, a picture, drawings or weights"),
    ActionSpec("save", "File", "&Save", ("Ctrl+S",), "Save the experiment", separator=True),
    ActionSpec("save_as", "File", "Save &as…", ("Ctrl+Shift+S",)),
    ActionSpec("import_weights", "File", "&Import weights…", ("Ctrl+I",), separator=True),
    ActionSpec("export_weights", "File", "&Export weights…", ("Ctrl+E",)),
    ActionSpec("quit", "File", "&Quit", ("Ctrl+Q",), separator=True),
    ActionSpec("undo", "Edit", "&Undo", ("Ctrl+Z",)),
    ActionSpec("redo", "Edit", "&Redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    ActionSpec("history", "Edit", "&History", ("Ctrl+H",), "All edits; jump to any", checkable=True),
    ActionSpec("paste", "Edit", "&Paste picture", ("Ctrl+V",), "Paste a picture of a digit", separator=True),
    ActionSpec("sample", "Edit", "Random &sample digit", ("R",), "Draw a random sample digit", separator=True),
    ActionSpec("eraser", "Edit", "&Eraser", ("E",), "Eraser on or off", checkable=True),
    ActionSpec("clear", "Edit", "&Clear the drawing", ("Ctrl+Backspace", "Delete"), "Clear the drawing"),
    ActionSpec("thinner", "Edit", "Pen &thinner", ("[",)),
    ActionSpec("thicker", "Edit", "Pen thic&ker", ("]",)),
    *NETWORK,
    *INSERT,
    *LAB,
    *TRAIN,
    ActionSpec("workspace_network", "View", "&Network", ("Ctrl+1",), "The workspace Network", submenu="&Workspace"),
    ActionSpec("workspace_lab", "View", "&Lab", ("Ctrl+2",), "The workspace Lab", submenu="&Workspace"),
    ActionSpec("workspace_train", "View", "&Train", ("Ctrl+3",), "The workspace Train", submenu="&Workspace"),
    ActionSpec(
        "per_map",
        "View",
        "&Per map",
        ("M",),
        "Colour range: each map its own colour range, or one for all maps of a layer",
        checkable=True,
        separator=True,
    ),
    ActionSpec(
        "fields",
        "View",
        "&Receptive fields",
        ("V",),
        "What the unit under the mouse sees, and who sees it; without a mouse, what the selected unit sees",
        checkable=True,
        workspace="network",
    ),
    ActionSpec(
        "gradients",
        "View",
        "&Gradients in all maps",
        ("G",),
        "Gradients: all cards show how the score of the explained class moves with each value",
        checkable=True,
        workspace="network",
    ),
    ActionSpec("next_layer", "View", "&Next layer", ("Ctrl+Right",), separator=True, workspace="network"),
    ActionSpec("previous_layer", "View", "Pre&vious layer", ("Ctrl+Left",), workspace="network"),
    ActionSpec("theme_system", "View", "Theme of the &system", checkable=True, separator=True),
    ActionSpec("theme_dark", "View", "&Dark theme", checkable=True),
    ActionSpec("theme_light", "View", "&Light theme", checkable=True),
    ActionSpec("full_screen", "View", "&Full screen", ("F11",), checkable=True, separator=True),
    ActionSpec("shortcuts", "Help", "&Keyboard shortcuts", ("?", "F1")),
    ActionSpec("about", "Help", "&About convviz"),
)


def make_actions(parent: QWidget) -> dict[str, QAction]:
    """All actions by name, added to ``parent`` so that their shortcuts work everywhere in it."""
    made: dict[str, QAction] = {}
    for spec in ACTIONS:
        action = QAction(spec.text, parent)
        action.setObjectName(f"action_{spec.name}")
        action.setShortcuts([QKeySequence(s) for s in spec.shortcuts])
        key = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip((spec.tip or spec.text.replace("&", "")) + (f" ({key})" if key else ""))
        action.setCheckable(spec.checkable)
        parent.addAction(action)
        made[spec.name] = action
    return made


def fill_menus(bar: QMenuBar, actions: dict[str, QAction], more: dict[str, QMenu]) -> None:
    """The menus, in the order of the list above; ``more`` are submenus, by the action that each comes before."""
    for title in dict.fromkeys(spec.menu for spec in ACTIONS):
        menu = bar.addMenu(f"&{title}")
        menu.setObjectName(f"menu_{title.lower()}")
        submenus: dict[str, QMenu] = {}
        for spec in ACTIONS:
            if spec.menu != title:
                continue
            if spec.name in more:
                menu.addMenu(more[spec.name])
            if spec.separator:
                menu.addSeparator()
            if spec.submenu and spec.submenu not in submenus:
                submenus[spec.submenu] = menu.addMenu(spec.submenu)
            submenus.get(spec.submenu, menu).addAction(actions[spec.name])
