#!/usr/bin/python3
"""Makes the window's font from Inter: digits of equal width, only the characters a screen needs.

Inter's default digits are proportional and live numbers would shake; Qt before 6.7 cannot ask for
the font's own tabular digits (feature tnum), so the character map points at them here. The result
carries another name, so that it is never taken for Inter.

usage: tabular_font.py Inter-Regular.otf LayerscopeSans-Regular.otf
"""
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY = "Layerscope Sans"
CHARACTERS = [
    *range(0x20, 0x250),  # Latin
    *range(0x370, 0x400),  # Greek
    *range(0x2000, 0x20A0),  # punctuation, superscripts and subscripts
    *range(0x2100, 0x2300),  # letter-like, arrows, operators with the minus sign
    *range(0x25A0, 0x2600),  # shapes
]


def tabular_digits(font):
    """Digit name -> name of its tabular form, as the font's feature tnum says."""
    gsub = font["GSUB"].table
    forms = {}
    for record in gsub.FeatureList.FeatureRecord:
        if record.FeatureTag != "tnum":
            continue
        for index in record.Feature.LookupListIndex:
            for table in gsub.LookupList.Lookup[index].SubTable:
                table = getattr(table, "ExtSubTable", table)
                forms.update(getattr(table, "mapping", {}))
    return forms


def rename(font):
    for record in font["name"].names:
        if record.nameID in (1, 3, 4, 16):
            record.string = record.toUnicode().replace("Inter", FAMILY)
        elif record.nameID == 6:
            record.string = record.toUnicode().replace("Inter", FAMILY.replace(" ", ""))
    if "CFF " in font:
        cff = font["CFF "].cff
        cff.fontNames[0] = cff.fontNames[0].replace("Inter", FAMILY.replace(" ", ""))
        for key in ("FamilyName", "FullName"):
            if hasattr(cff.topDictIndex[0], key):
                value = getattr(cff.topDictIndex[0], key).replace("Inter", FAMILY)
                setattr(cff.topDictIndex[0], key, value)


def main(source, target):
    font = TTFont(source)
    forms = tabular_digits(font)
    # Character maps share their dictionaries: each is changed once.
    for cmap in {id(table.cmap): table.cmap for table in font["cmap"].tables}.values():
        for code in range(ord("0"), ord("9") + 1):
            if code in cmap:
                cmap[code] = forms[cmap[code]]  # no tabular form: stop the build here
    rename(font)

    options = subset.Options(layout_features=["kern", "mark", "ccmp"], name_IDs=["*"],
                             notdef_outline=True, hinting=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=CHARACTERS)
    subsetter.subset(font)

    # Interpolated weights are off by a thousandth here and there; one width means one.
    digits = [font.getBestCmap()[code] for code in range(ord("0"), ord("9") + 1)]
    widths = [font["hmtx"][digit][0] for digit in digits]
    if max(widths) - min(widths) > font["head"].unitsPerEm / 200:
        sys.exit(f"{source}: the tabular digits have widths {sorted(set(widths))}, expected one")
    for digit in digits:
        font["hmtx"][digit] = (max(widths), font["hmtx"][digit][1])
    font.save(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
