"""Floor 1: 所属・職員・配属・異動. The people, without any policy."""
