"""Floor 3: 育成計画・育成ステージ・推薦・DX推進員・枠. The policy."""
