"""The screens of the schoolhouse: each fetches what the person may see, makes one call, answers."""
