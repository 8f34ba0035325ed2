"""A model's report: one HTML page that holds all it needs, and asks nobody for anything."""

from fullstride.report.write import write_report

__all__ = ["write_report"]
