"""Forms of the programme. They validate only."""
