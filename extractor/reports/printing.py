"""A console for evidence texts: cleaned of control characters, in what the encoding can show."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor.model import Finding
from extractor.reports import labels
from extractor.reports.text import clean


class PlainConsole(Console):
    """A console to which all texts are plain: no markup, no emoji names, no characters that act on a terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, **options)

    def render_str(self, text: str, **options: Any) -> Text:
        """Texts in print, tables and titles come by here."""
        return super().render_str(clean(text), **options)


class Printer:
    """A console that only ever gets cleaned text which its encoding can show."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._encoding = console.encoding or "utf-8"

    def text(self, content: str, style: str = "") -> Text:
        """Cleaned text; characters that the terminal's encoding lacks become ``?``."""
        shown = clean(content).encode(self._encoding, "replace").decode(self._encoding, "replace")
        return Text(shown, style=style, overflow="fold")

    def verdict(self, finding: Finding) -> Text:
        """Symbol and word; the word alone where the encoding lacks the symbol."""
        label = labels.VERDICTS[finding.verdict]
        return self.text(f"{self.symbol(label.symbol)}{label.word}", label.colour)

    def symbol(self, symbol: str) -> str:
        """The symbol and a blank, or nothing where the encoding lacks it."""
        try:
            symbol.encode(self._encoding)
        except UnicodeEncodeError:
            return ""
        return f"{symbol} "

    def line(self, content: str, style: str = "") -> None:
        """Print one paragraph."""
        self.console.print(self.text(content, style), soft_wrap=False)

    def table(self, table: Table) -> None:
        """Print a table built of this printer's texts."""
        self.console.print(table)

    def indented(self, content: str, depth: int, style: str = "") -> None:
        """Print one paragraph ``depth`` columns in; a leading symbol hangs before it."""
        grid = Table.grid(padding=(0, 1, 0, 0))
        if content[1:2] == " ":
            grid.add_column(no_wrap=True)
            grid.add_row(self.text(content[0], style), self.text(content[2:], style))
        else:
            grid.add_row(self.text(content, style))
        self.console.print(Padding(grid, (0, 0, 0, depth), expand=False))
