"""Threshold's core: everything that decides, without a screen."""

__version__ = "0.1.0"
