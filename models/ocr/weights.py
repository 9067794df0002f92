"""Find the PP-OCRv6 weights offline and make sure they are the tested ones.

The small detector and recogniser ship as ONNX inside the ``rapidocr`` wheel
(Apache-2.0, see its MODEL_LICENSES.md). Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from models.ocr.protocol import WeightsError

SHA256 = {
    "PP-OCRv6_det_small.onnx": "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    "PP-OCRv6_rec_small.onnx": "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
    "ch_ppocr_mobile_v2.0_cls_mobile.onnx": "e47acedf663230f8863ff1ab0e64dd2d82b838fceb5957146dab185a89d6215c",
}
DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"
TURN_CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_mobile.onnx"


def weights_folder() -> Path:
    """The folder of the weights inside the installed ``rapidocr`` package.

    Raises:
        WeightsError: the package is not installed.
    """
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise WeightsError("找不到文字识别模型：请重新安装 zuozheng（依赖包 rapidocr 缺失）。")
    return Path(spec.origin).parent / "models"


@lru_cache(maxsize=16)
def _verified(path: Path, size: int, mtime_ns: int, expected: str) -> Path:
    # Keyed by size and mtime so that a replaced file is hashed again.
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    if digest != expected:
        raise WeightsError(
            f"文字识别模型 {path.name} 与测试过的版本不一致（SHA-256 {digest[:12]}…），请重新安装依赖包 rapidocr。"
        )
    return path


def weights_path(name: str, folder: Path | None = None) -> Path:
    """The verified path of one of the weights in ``SHA256``.

    Raises:
        WeightsError: the file is missing or its SHA-256 differs.
    """
    path = (folder or weights_folder()) / name
    if not path.is_file():
        raise WeightsError(f"找不到文字识别模型文件 {name}，请重新安装依赖包 rapidocr。")
    stat = path.stat()
    return _verified(path, stat.st_size, stat.st_mtime_ns, SHA256[name])


def onnx_characters(path: Path) -> list[str]:
    """The recogniser's character list from its ONNX metadata (18,708 entries, in order).

    Raises:
        WeightsError: the file has no such list.
    """
    import openvino as ov

    info = ov.Core().read_model(path).get_rt_info()
    raw = str(info["framework"]["character"].astype(str)) if "framework" in info else ""
    if not raw:
        raise WeightsError(f"文字识别模型 {path.name} 缺少字符表，请重新安装依赖包 rapidocr。")
    # Never ``splitlines``: the list itself holds U+2028 and the like.
    names = raw.split("\n")
    if names[-1] == "":
        names.pop()
    return names
