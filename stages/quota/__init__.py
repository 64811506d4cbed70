"""枠の計算: pure arithmetic over facts, which can say why. Nothing here knows a database."""
