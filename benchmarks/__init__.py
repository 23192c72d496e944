"""Measurements of quality and speed; each folder has a README."""
