"""One module per protocol. An outside system is YAML in specs/integration-types; its name never appears here."""
