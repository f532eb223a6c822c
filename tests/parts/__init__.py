"""What several folders of tests share. Importable as `parts`."""
