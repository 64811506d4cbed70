"""Figures as files. No query here."""
