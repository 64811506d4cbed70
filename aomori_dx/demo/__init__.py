"""The demo: a made-up prefecture of the real shape, loaded by the ordinary commands. Not part of production."""
