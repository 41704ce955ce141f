"""The lecture's ways to hold sub-modules, as programs: :mod:`convviz.core.submodules` runs them."""

from __future__ import annotations

from dataclasses import dataclass

_NEEDED = """\
from torch import Tensor, nn
from torch.nn import Parameter


"""
_PRINTED = """

model = {}()

for k in model.parameters():
    print(k.size())
"""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One program of the lecture; ``seen`` says what its output shows."""

    name: str
    title: str
    source: str
    seen: str


def _lesson(name: str, title: str, module: str, body: str, seen: str) -> Lesson:
    lines = [f"class {module}(nn.Module):", "    def __init__(self):", f"        super({module}, self).__init__()"]
    lines += [f"        {line}" for line in body.splitlines()]
    imports = _NEEDED if "Parameter(" in body else "from torch import nn\n\n\n"
    return Lesson(name, title, imports + "\n".join(lines) + "\n" + _PRINTED.format(module), seen)


_START = "self.conv = nn.Conv2d(1, 32, kernel_size=5)\nself.param = Parameter(Tensor(123, 456))\n"
LESSONS = (
    _lesson(
        "dict",
        "A plain dict",
        "Buggy",
        f"{_START}self.ouch = {{}}\nself.ouch[0] = nn.Linear(543, 21)",
        "The Linear in the dict is missing: its [21, 543] weights and 21 biases are not printed, so an optimizer that "
        "is given model.parameters() would never train them, and a saved state dict would not hold them.",
    ),
    _lesson(
        "attributes",
        "Attributes",
        "Net",
        "self.conv1 = nn.Conv2d(1, 32, kernel_size=5)\n"
        "self.conv2 = nn.Conv2d(32, 64, kernel_size=5)\n"
        "self.fc1 = nn.Linear(256, 200)\n"
        "self.fc2 = nn.Linear(200, 10)",
        "Modules that are attributes are seen: a weight and a bias for each of the four, in the order in which they "
        "were set. This is how the lecture's network holds its layers.",
    ),
    _lesson(
        "add_module",
        "add_module",
        "NotBuggyAnymore",
        f"{_START}self.add_module('ahhh_0', nn.Linear(543, 21))",
        "Now the Linear is there, in the last two lines. add_module makes it an attribute under a name that the "
        "program can compute: getattr(model, 'ahhh_0') gives it back.",
    ),
    _lesson(
        "module_list",
        "ModuleList",
        "AnotherNotBuggy",
        f"{_START}self.other_stuff = nn.ModuleList()\n"
        "self.other_stuff.append(nn.Linear(50, 75))\n"
        "self.other_stuff.append(nn.Linear(125, 999))",
        "Both Linears are seen, two lines each: nn.ModuleList is a list that PyTorch looks into. A plain list would "
        "hide them as the dict does.",
    ),
    _lesson(
        "register_parameter",
        "register_parameter",
        "Registered",
        "self.conv = nn.Conv2d(1, 32, kernel_size=5)\n"
        "self.register_parameter('param', Parameter(Tensor(123, 456)))\n"
        "self.ouch = {'param': Parameter(Tensor(543, 21))}",
        "The registered parameter comes first, though the convolution was set before it: a module's own parameters are "
        "given before those of its sub-modules. The one in the dict is missing again.",
    ),
)


def lesson(name: str) -> Lesson:
    """The lesson of that name.

    >>> lesson("dict").title
    'A plain dict'
    """
    return {found.name: found for found in LESSONS}[name]
