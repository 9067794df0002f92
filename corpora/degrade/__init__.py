"""Make clean page images look scanned or photographed, and know where every point of them went.

``shoot`` takes the pages of one document at a difficulty; ``place`` turns boxes of the clean page into
labels. The rest are the effects they are made of, and ``PRESETS``/``apply`` for single pages.
"""

from corpora.degrade.devices import LEVELS, Conditions, conditions
from corpora.degrade.effects import bilevel, blur, grey, jpeg, noise, shadow, specks, tint
from corpora.degrade.geometry import rotate
from corpora.degrade.marks import stamp
from corpora.degrade.presets import PRESETS, Recipe, apply, clean, phone, worn
from corpora.degrade.shots import Raster, Shot, capture, place, shoot

__all__ = [
    "LEVELS",
    "PRESETS",
    "Conditions",
    "Raster",
    "Recipe",
    "Shot",
    "apply",
    "bilevel",
    "blur",
    "capture",
    "clean",
    "conditions",
    "grey",
    "jpeg",
    "noise",
    "phone",
    "place",
    "rotate",
    "shadow",
    "shoot",
    "specks",
    "stamp",
    "tint",
    "worn",
]
