"""Speed and memory, measured beside the usual ways."""
