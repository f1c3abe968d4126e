"""Colours of a picture that is read in light and in dark mode."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Colour:
    """What stands for it while it is drawn, and what it is on a light and on a dark page."""

    drawn: str
    light: str
    dark: str


COLOURS = {
    "paper": Colour("#fefdfc", "#ffffff", "#0d1117"),
    "ink": Colour("#010203", "#1f2328", "#e6edf3"),
    "rule": Colour("#b0b1b2", "#d1d9e0", "#3d444d"),
}


def dyed(svg: str) -> str:
    """The picture with a style sheet in it, by which a browser chooses the colours; its paper goes with them."""
    light = " ".join(f"--{name}: {colour.light};" for name, colour in COLOURS.items())
    dark = " ".join(f"--{name}: {colour.dark};" for name, colour in COLOURS.items())
    for name, colour in COLOURS.items():
        svg = svg.replace(colour.drawn, f"var(--{name}, {colour.light})")
    style = f"<style>:root {{ {light} }} @media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}</style>"
    return re.sub(r"(<svg [^>]*>)", rf"\1\n {style}", svg, count=1)
