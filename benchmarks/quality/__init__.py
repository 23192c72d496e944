"""Quality on annotated pairs and stories."""
