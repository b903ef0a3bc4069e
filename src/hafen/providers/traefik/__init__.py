"""Traefik: the proxy before the replicas, the same that k3s ships as ingress."""
