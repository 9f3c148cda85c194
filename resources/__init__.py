"""Data that ships with Threshold: no code but the way to find it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent
