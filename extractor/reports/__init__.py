"""From a ``Result`` to what people and programs read: terminal, JSON, HTML, XLSX."""
