"""Text engines: PP-OCRv6 on OpenVINO (default) and through ``paddleocr`` (reference)."""

from models.ocr.protocol import EngineError, TextEngine, TextLine, WeightsError
from models.ocr.registry import ENGINES, create_engine

__all__ = ["ENGINES", "EngineError", "TextEngine", "TextLine", "WeightsError", "create_engine"]
