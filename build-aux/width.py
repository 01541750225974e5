#!/usr/bin/env python3
"""Write the tables of lib/width.c anew, from the Unicode that Python knows.

    build-aux/width.py >lib/width.h
"""
import unicodedata


def ranges(holds):
    """Runs of characters of a kind; unassigned ones do not end a run."""
    runs = []
    was_in = False
    for code in range(0x300, 0x110000):
        char = chr(code)
        if unicodedata.category(char) == "Cn":
            continue
        is_in = holds(char)
        if is_in and was_in:
            runs[-1][1] = code
        elif is_in:
            runs.append([code, code])
        was_in = is_in
    return runs


def is_combining(char):
    return unicodedata.category(char) in ("Mn", "Me", "Cf")


def is_wide(char):
    wide = unicodedata.east_asian_width(char) in ("W", "F")
    return wide and not is_combining(char)


def write(name, runs):
    print(f"static const struct range {name}[] = {{")
    line = "\t"
    for first, last in runs:
        item = f"{{ 0x{first:x}, 0x{last:x} }}, "
        if len(line.expandtabs(8) + item) > 80:
            print(line.rstrip())
            line = "\t"
        line += item
    print(line.rstrip())
    print("};")


print("/* SPDX-License-Identifier: MIT */")
print("/* Written by build-aux/width.py from Unicode"
      f" {unicodedata.unidata_version}. */")
print("#ifndef TELE_WIDTH_H\n#define TELE_WIDTH_H\n")
print("#include <stdint.h>\n")
print("struct range {\n\tuint32_t first, last;\n};\n")
print("/* clang-format off */")
print("/* General categories Mn, Me and Cf: nothing of their own. */")
write("combining", ranges(is_combining))
print("\n/* East Asian Width W and F: two columns. */")
write("wide", ranges(is_wide))
print("/* clang-format on */\n\n#endif")
