"""One self-contained HTML page: player, saliency curve, clickable moments, keyboard; no other file, no other host."""

from visionaryvids.report.page.document import write_page

__all__ = ["write_page"]
