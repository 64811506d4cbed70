"""Floor 4: 見る、残す、出す. It reads everything and changes nothing below."""
