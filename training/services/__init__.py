"""Writing in the schoolhouse: verbs with an actor and a moment, each one transaction."""
