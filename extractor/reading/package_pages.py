"""The pages of one package, each from the cache, looked at or read; what was read or looked at goes to the cache at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module

from extractor.intake import PageSource, SourceFile
from extractor.model import Glance, Page
from extractor.reading.cache import LookKeeper, PageKeeper
from extractor.reading.ocr_page import in_order
from extractor.reading.worker import ReadingWorker

WORTH, LONG = 4, 16
"""Files of fewer pages than the first are read at once: between its first and its last pages hardly one could wait.
In files of fewer than the second, the first page tells whether a look at the others may be worth it."""
FRONT = 4
"""Of a long file that opens a paper so many pages are read without a look: its front, which ``documents.bearing`` (its own
``FRONT``) would ask for in any case."""
LOOK = 0.2
"""Share of the work on a page, as it is told, that looking at it is."""


class PackagePages:
    """The pages of one package; one thread uses it.

    Args:
        worker: reads them.
        cache: where pages and looks are kept; None: nowhere.
        files: of the package, by their index.
        sources: where all its pages lie, file by file in order.
        progress: called as (pages done, pages in all, what was done); a page only looked at counts for a part.
    """

    def __init__(
        self,
        worker: ReadingWorker,
        cache: PageKeeper | None,
        files: Sequence[SourceFile],
        sources: Sequence[PageSource],
        progress: Callable[[int, int, str], None],
    ) -> None:
        self._worker, self._cache = worker, cache
        self._looks = cache if isinstance(cache, LookKeeper) else None
        self._files, self._sources = files, sources
        self._progress, self._work, self._told = progress, 0.0, 0
        self._known = [self._cached(s) for s in sources]
        self._glances: dict[int, Glance] = {}
        progress(0, len(sources), "")

    def say(self, doing: str) -> None:
        """Tell what is being done now."""
        self._progress(self._told, len(self._sources), doing)

    def held(self) -> list[Page | None]:
        """The pages that are in the cache."""
        return list(self._known)

    # --- first -----------------------------------------------------------------

    def read_all(self, *, meanwhile: Sequence[str] = ()) -> list[Page]:
        """Every page, read. ``meanwhile``: modules to be loaded while the first pages are read."""
        pages = self.read(range(len(self._sources)))
        for module in meanwhile:
            import_module(module)
        return list(pages)

    def seen(self, promising: Callable[[Page | Glance], bool], *, meanwhile: Sequence[str] = ()) -> list[Page | Glance]:
        """Every page, read or, where it needs OCR and may perhaps wait, looked at.

        A file of which every page is in the cache is taken from there as it is, so is a page that nobody has looked at.

        Args:
            promising: whether, by its first page, looked at or read, pages of a file are worth looking at.
            meanwhile: modules to be loaded while the first pages are read.
        """
        count = Counter(s.file for s in self._sources)
        lacking = {s.file for s, page in zip(self._sources, self._known, strict=True) if page is None}
        first = {s.file: i for i, s in reversed(list(enumerate(self._sources)))}
        asked = [first[f] for f in sorted(lacking) if count[f] >= WORTH]
        found = dict(zip(asked, self._look(asked), strict=True))
        # What a glance leaves open, reading the page tells; and it is among those that are read anyway.
        opening = [i for i, look in found.items() if isinstance(look, Glance) and not promising(look)]
        found |= zip(opening, self.read(opening), strict=True)
        looked: set[int] = set()
        for i, page in found.items():
            file, worth = self._sources[i].file, promising(page)
            if worth or count[file] >= LONG:
                looked |= {k for k in range(i + 1 if worth else i + FRONT, i + count[file])}
        to_look = sorted(looked)
        to_read = [i for i in range(len(self._sources)) if i not in looked and i not in found]
        looks, pages = self._look(to_look), self.read(to_read)
        for module in meanwhile:
            import_module(module)
        found |= zip(to_look, looks, strict=True)
        found |= zip(to_read, pages, strict=True)
        return [found[i] for i in range(len(self._sources))]

    # --- later -----------------------------------------------------------------

    def read(self, indexes: Sequence[int]) -> Iterator[Page]:
        """These pages in order, from the cache or read; those to be read are begun at once."""
        fresh = self._worker.read(self._sources[i] for i in indexes if self._known[i] is None)
        return self._taken(indexes, fresh)

    def marked(self, pairs: Sequence[tuple[int, Page]]) -> Iterator[Page]:
        """Pages that were looked at, given with their indexes, with the marks across them."""
        known = [self._looks.get_look(self._sources[i], self._sha(i), marks=True) if self._looks else None for i, _ in pairs]
        fresh = self._worker.marked(
            (self._sources[i], page) for (i, page), had in zip(pairs, known, strict=True) if had is None
        )  # fmt: skip
        for (i, page), had in zip(pairs, known, strict=True):
            if had is not None:
                yield page.model_copy(update={"lines": tuple(in_order([*page.lines, *had.page.lines]))})
                continue
            found = next(fresh)
            if self._looks is not None and found.deferred:
                marks = tuple(line for line in found.lines if line not in page.lines)
                kept = Glance(page=found.model_copy(update={"lines": marks}))
                self._looks.put_look(self._sources[i], self._sha(i), kept, marks=True)
            yield found

    # --- one by one ------------------------------------------------------------

    def _taken(self, indexes: Sequence[int], fresh: Iterator[Page]) -> Iterator[Page]:
        for i in indexes:
            page = self._known[i]
            if page is None:
                page = self._kept(i, next(fresh))
            self._tick(i, 1.0 - LOOK if i in self._glances else 1.0)
            yield page

    def _look(self, indexes: Sequence[int]) -> Iterator[Page | Glance]:
        """Looks at these pages in order; those to be taken are begun at once."""
        known = [self._looks.get_look(self._sources[i], self._sha(i)) if self._looks is not None else None for i in indexes]
        here = [look or self._known[i] for i, look in zip(indexes, known, strict=True)]
        fresh = self._worker.look(self._sources[i] for i, look in zip(indexes, here, strict=True) if look is None)
        return self._looked(indexes, here, fresh)

    def _looked(
        self, indexes: Sequence[int], here: Sequence[Page | Glance | None], fresh: Iterator[Page | Glance]
    ) -> Iterator[Page | Glance]:
        for i, had in zip(indexes, here, strict=True):
            look = had or next(fresh)
            if isinstance(look, Page):
                look = self._kept(i, look)
            else:
                self._glances[i] = look
                if had is None and self._looks is not None:
                    self._looks.put_look(self._sources[i], self._sha(i), look)
            self._tick(i, LOOK if isinstance(look, Glance) else 1.0, "浏览 " if isinstance(look, Glance) else "")
            yield look

    def _cached(self, source: PageSource) -> Page | None:
        return self._cache.get(source, self._files[source.file].sha256) if self._cache else None

    def _kept(self, i: int, page: Page) -> Page:
        """The page, kept for later."""
        if self._cache is not None and self._known[i] is None:
            self._cache.put(self._sources[i], self._sha(i), page)
        self._known[i] = page
        return page

    def _sha(self, i: int) -> str:
        return self._files[self._sources[i].file].sha256

    def _tick(self, i: int, share: float, doing: str = "") -> None:
        """Tell how far it is, whenever another page's worth of work is done."""
        self._work += share
        done = min(int(self._work + 1e-6), len(self._sources))
        if done > self._told:
            self._told = done
            source = self._sources[i]
            self._progress(done, len(self._sources), f"{doing}{self._files[source.file].name} 第{source.page}页")
