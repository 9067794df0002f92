"""Small corpora written for tests."""

import json
from pathlib import Path
from typing import Any

from PIL import Image

PATENT: dict[str, Any] = {
    "type": "patent_certificate",
    "pages": [1],
    "fields": {
        "patent_no": "ZL202023020906.X",
        "kind": "utility",
        "grant_date": "2021-08-03",
        "patentees": ["福建闽江精密机械股份有限公司"],
        "legal_status": None,
    },
    "boxes": {"patent_no": [{"page": 1, "box": [0.2, 0.3, 0.6, 0.33]}]},
}
AUDIT: dict[str, Any] = {
    "type": "audit_report",
    "pages": [1, 2],
    "fields": {"entity": "福建闽江精密机械股份有限公司", "fiscal_year": "2020", "revenue": {"2020": 81234500.0, "2019": 7.5}},
    "boxes": {"revenue/2020": [{"page": 2, "box": [0.5, 0.5, 0.7, 0.52]}]},
}


def write_pdf(path: Path, pages: int) -> None:
    sheets = [Image.new("RGB", (60, 84), "white") for _ in range(pages)]
    sheets[0].save(path, "PDF", save_all=True, append_images=sheets[1:])


def write_corpus(root: Path, lines: list[Any], info: dict[str, Any] | None = None) -> Path:
    """A corpus with files/a.pdf (2 pages), files/b.png, files/c.tif (3 frames), files/broken.pdf, a package p1."""
    files = root / "files"
    (files / "p1").mkdir(parents=True)
    (root / "declared").mkdir()
    (root / "declared" / "p1.json").write_text("{}", encoding="utf-8")
    write_pdf(files / "a.pdf", 2)
    write_pdf(files / "p1" / "x.pdf", 1)
    Image.new("RGB", (60, 84), "white").save(files / "b.png")
    frames = [Image.new("L", (60, 84), 255) for _ in range(3)]
    frames[0].save(files / "c.tif", save_all=True, append_images=frames[1:])
    (files / "broken.pdf").write_bytes(b"%PDF-1.4\nnothing")
    (root / "corpus.json").write_text(json.dumps(info or {"name": "t", "origin": "real"}), encoding="utf-8")
    written = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    (root / "labels.jsonl").write_text("\n".join(written) + "\n", encoding="utf-8")
    return root
