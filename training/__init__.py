"""Floor 2: 研修・開催回・受講・修了. The schoolhouse, without any policy."""
