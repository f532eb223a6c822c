"""What holds between runs outside the database: on one machine files, in a cluster Kubernetes objects."""
