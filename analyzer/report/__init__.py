"""The report: data first (data.py), then its rendering (markdown.py, html.py), and the result files (files.py)."""
